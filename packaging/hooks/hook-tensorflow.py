"""What of TensorFlow goes into the executable; takes the place of PyInstaller's own hook, which adds Keras and more.

TensorFlow imports parts of itself by name, which static analysis does not see. So every module is taken, except those
that nothing here can reach.
"""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

# Not loaded by `import tensorflow`, and not used by GAN Desktop.
UNUSED = (
    "tensorflow.compiler.mlir.stablehlo",
    "tensorflow.include",
    "tensorflow.lite.python.testdata",
    "tensorflow.python.tools",
    "tensorflow.xla_aot_runtime_src",
)
NEEDED = ("tensorflow.python.tools.module_util",)


def is_used(name: str) -> bool:
    return name == "tensorflow.python.tools" or name in NEEDED or not name.startswith(UNUSED)


hiddenimports = [*collect_submodules("tensorflow", filter=is_used), "ml_dtypes"]
# Keras is hidden from TensorFlow when it is imported (gan_desktop/training/backend.py).
excludedimports = ["keras", "tensorboard", "tensorflow.compiler.mlir.stablehlo"]
warn_on_missing_hiddenimports = False

datas = collect_data_files(
    "tensorflow", excludes=["include", "xla_aot_runtime_src", "libtensorflow*", "**/*.lib", "**/*.so", "**/*.pyi"]
)

# AutoGraph looks for the source of its own logging function, and warns where it is missing.
module_collection_mode = {"tensorflow.python.autograph": "py+pyz"}

# TensorFlow looks for its libraries beside itself: links to them elsewhere lead it astray.
bindepend_symlink_suppression = [
    "**/libtensorflow_cc.so*",
    "**/libtensorflow_framework.so*",
    "**/_pywrap_tensorflow_internal.so",
]
