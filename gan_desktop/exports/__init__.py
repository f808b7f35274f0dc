"""What can be taken away of a run: one file for each format, a function registered with `exports.register`.

`recording.exporting.export_run` is what the command line and the window call.
"""
