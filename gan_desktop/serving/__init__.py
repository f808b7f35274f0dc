"""A small endpoint on this computer alone, through which programs see and drive a run: HTTP and WebSocket.

It reads the run folder as `watch` does, and leaves requests in it as `gan-desktop set` does. So the thread that trains
pays nothing, and the run may be trained by another process. aiohttp is imported by `application.py` and `server.py`.
"""
