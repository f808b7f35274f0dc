"""Menus and shortcuts, declared as data. Every shortcut is in a menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from gan_desktop.core.marking import QT_TRANSLATE_NOOP

MENUS = (
    QT_TRANSLATE_NOOP("Actions", "&File"),
    QT_TRANSLATE_NOOP("Actions", "&Run"),
    QT_TRANSLATE_NOOP("Actions", "&View"),
    QT_TRANSLATE_NOOP("Actions", "&Help"),
)


@dataclass(frozen=True)
class ActionInfo:
    """One entry of a menu: `name` is its object name and the handler's; `after_gap` draws a line above it.

    A `checkable` action shows a state; whoever keeps the state sets it.
    """

    name: str
    menu: str
    text: str
    tip: str
    shortcut: str = ""
    after_gap: bool = False
    checkable: bool = False


def _info(
    name: str, menu: str, text: str, tip: str, shortcut: str = "", after_gap: bool = False, checkable: bool = False
) -> ActionInfo:
    return ActionInfo(f"{name}_action", menu, text, tip, shortcut, after_gap, checkable)


ACTIONS: tuple[ActionInfo, ...] = (
    _info(
        "open_folder",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "Train on a &Folder of Images…"),
        QT_TRANSLATE_NOOP("Actions", "Choose a folder, see what is in it, and train on it; it can be dropped here too"),
        "Ctrl+O",
    ),
    _info(
        "open_file",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "Train on a Data F&ile…"),
        QT_TRANSLATE_NOOP("Actions", "Choose an .npy or .npz file of images, or a table of points, and train on it"),
        "Ctrl+Shift+O",
    ),
    _info(
        "draw_mixture",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "&Draw a Mixture…"),
        QT_TRANSLATE_NOOP("Actions", "Put Gaussians where you like, and train on their mixture"),
        "Ctrl+D",
    ),
    _info(
        "open_run",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "&Open Run…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Look at a run that was kept, and go on with it; its folder can be dropped here too"
        ),
        "Ctrl+Alt+O",
        True,
    ),
    _info(
        "import_run",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "I&mport Run…"),
        QT_TRANSLATE_NOOP("Actions", "Add a run that was exported as .zip to the library, and look at it"),
        "Ctrl+Shift+I",
    ),
    _info(
        "library",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "Run &Library…"),
        QT_TRANSLATE_NOOP("Actions", "Show all runs: search, open, name, tag, hide and delete them"),
        "Ctrl+Shift+L",
    ),
    _info(
        "save_checkpoint",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "Save &Checkpoint"),
        QT_TRANSLATE_NOOP("Actions", "Save weights, optimizers and step into the run folder"),
        "Ctrl+S",
        True,
    ),
    _info(
        "export_png",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "&Export Samples as PNG…"),
        QT_TRANSLATE_NOOP("Actions", "Save the samples that are shown as a picture"),
        "Ctrl+E",
    ),
    _info(
        "export_run",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "E&xport Run…"),
        QT_TRANSLATE_NOOP("Actions", "Save figures, a film, a report, logs of TensorBoard, or all of the run"),
        "Ctrl+Shift+E",
    ),
    _info(
        "generate",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "&Generate Samples…"),
        QT_TRANSLATE_NOOP("Actions", "Make as many samples as you like, and save them as pictures or arrays"),
        "Ctrl+G",
    ),
    _info(
        "copy_script",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "Copy as &Keras Script"),
        QT_TRANSLATE_NOOP("Actions", "Copy a script of its own that trains the same GAN with Keras"),
        "Ctrl+Alt+K",
    ),
    _info(
        "open_run_folder",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "Open &Run Folder"),
        QT_TRANSLATE_NOOP("Actions", "Show the folder of this run, with its figures, samples and checkpoints"),
        "Ctrl+Shift+R",
    ),
    _info(
        "quit",
        "&File",
        QT_TRANSLATE_NOOP("Actions", "&Quit"),
        QT_TRANSLATE_NOOP("Actions", "End the run, with a last checkpoint, and close the window"),
        "Ctrl+Q",
        True,
    ),
    _info(
        "toggle",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Start / &Pause"),
        QT_TRANSLATE_NOOP("Actions", "Start, pause or resume the training"),
        "Space",
    ),
    _info(
        "step",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Single &Step"),
        QT_TRANSLATE_NOOP("Actions", "Train for one step, then pause"),
        "Right",
    ),
    _info(
        "next_update",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Next &Update"),
        QT_TRANSLATE_NOOP("Actions", "Show the next update within a step, of D or of G, and say what happens"),
        "Shift+Right",
    ),
    _info(
        "slow_motion",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Slow &Motion"),
        QT_TRANSLATE_NOOP("Actions", "Show an update each second, D's and then G's, and say what happens"),
        checkable=True,
    ),
    _info(
        "reset",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "&Reset"),
        QT_TRANSLATE_NOOP("Actions", "Back to the start of this run: same seed, same start"),
        "Ctrl+R",
    ),
    _info(
        "continue",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "&Continue"),
        QT_TRANSLATE_NOOP("Actions", "Go on with the run that is shown, from its last step"),
        "Ctrl+Shift+Return",
        True,
    ),
    _info(
        "more_steps",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Run &More Steps, Then Pause"),
        QT_TRANSLATE_NOOP("Actions", "Train for as many steps as the field beside Step says, then pause"),
        "Ctrl+M",
    ),
    _info(
        "start_anew",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Start &Anew"),
        QT_TRANSLATE_NOOP("Actions", "End the run under way and start what the form says"),
        "Ctrl+Return",
    ),
    _info(
        "stop",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "S&top"),
        QT_TRANSLATE_NOOP("Actions", "End the run, with a last checkpoint; or break off the replay"),
        "Ctrl+.",
    ),
    _info(
        "bookmark",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Add &Bookmark…"),
        QT_TRANSLATE_NOOP("Actions", "Put a bookmark on the step that is shown, with a note"),
        "Ctrl+B",
        True,
    ),
    _info(
        "before_alert",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Go to &Before the Alert"),
        QT_TRANSLATE_NOOP("Actions", "Look at a step before the alert that stands, or stood last"),
        "Ctrl+Shift+A",
    ),
    _info(
        "continue_from_here",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Continue from &Here"),
        QT_TRANSLATE_NOOP("Actions", "Begin a branch at the step that is shown; this run is kept as it is"),
        "Ctrl+Shift+B",
    ),
    _info(
        "lineage",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "B&ranches…"),
        QT_TRANSLATE_NOOP("Actions", "Show where this run comes from and what branches from it"),
        "Ctrl+Shift+T",
    ),
    _info(
        "replay",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Repla&y…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Repeat the record of this run in memory, and say whether every figure comes out the same"
        ),
        "Ctrl+Shift+Y",
    ),
    _info(
        "lockstep",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Loc&kstep…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Advance two to four sides from one state with one difference each, and see when they part"
        ),
        "Ctrl+Shift+K",
    ),
    _info(
        "new_latents",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "New &Latents"),
        QT_TRANSLATE_NOOP("Actions", "Draw other latents, or other samples to translate; the training is not touched"),
        "Ctrl+L",
        True,
    ),
    _info(
        "pause_on_alert",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Pause on &Alert"),
        QT_TRANSLATE_NOOP("Actions", "Pause the training where an alert is raised"),
        "Ctrl+P",
        True,
        checkable=True,
    ),
    _info(
        "programs",
        "&Run",
        QT_TRANSLATE_NOOP("Actions", "Let Pr&ograms Drive…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Let programs on this computer see and drive the run that is shown, until the window closes"
        ),
        "Ctrl+Shift+D",
        True,
        checkable=True,
    ),
    _info(
        "zoom_in",
        "&View",
        QT_TRANSLATE_NOOP("Actions", "Zoom &In on Losses"),
        QT_TRANSLATE_NOOP("Actions", "Show fewer steps"),
        "Ctrl++",
    ),
    _info(
        "zoom_out",
        "&View",
        QT_TRANSLATE_NOOP("Actions", "Zoom &Out of Losses"),
        QT_TRANSLATE_NOOP("Actions", "Show more steps"),
        "Ctrl+-",
    ),
    _info(
        "follow",
        "&View",
        QT_TRANSLATE_NOOP("Actions", "&Follow the Newest Step"),
        QT_TRANSLATE_NOOP("Actions", "Show all steps and keep the newest in view"),
        "Ctrl+0",
    ),
    _info(
        "notify",
        "&View",
        QT_TRANSLATE_NOOP("Actions", "&Notify of Alerts and Ends"),
        QT_TRANSLATE_NOOP(
            "Actions", "Have the desktop tell of alerts and of a run's end while another window is in front"
        ),
        "",
        True,
        checkable=True,
    ),
    _info(
        "reset_layout",
        "&View",
        QT_TRANSLATE_NOOP("Actions", "Reset &Layout"),
        QT_TRANSLATE_NOOP("Actions", "Put all panels back where they were at first"),
    ),
    _info(
        "shortcuts",
        "&Help",
        QT_TRANSLATE_NOOP("Actions", "&Keyboard Shortcuts"),
        QT_TRANSLATE_NOOP("Actions", "List every shortcut"),
        "F1",
    ),
    _info(
        "about",
        "&Help",
        QT_TRANSLATE_NOOP("Actions", "&About GAN Desktop"),
        QT_TRANSLATE_NOOP("Actions", "What this program is, what it runs on, and where its folders are"),
    ),
)


def make_actions(parent: QObject, handlers: Mapping[str, Callable[[], object]]) -> dict[str, QAction]:
    """The actions by their object names; `handlers` has one for each."""
    made = {}
    for info in ACTIONS:
        action = QAction(QCoreApplication.translate("Actions", info.text), parent)
        action.setObjectName(info.name)
        action.setToolTip(QCoreApplication.translate("Actions", info.tip))
        action.setStatusTip(action.toolTip())
        if info.shortcut:
            action.setShortcut(QKeySequence(info.shortcut))
            # Held down, Right would queue a step for every repetition of the key.
            action.setAutoRepeat(info.name == "step_action")
        action.setCheckable(info.checkable)
        action.triggered.connect(handlers[info.name.removesuffix("_action")])
        made[info.name] = action
    return made


def fill_menus(menus: Mapping[str, QMenu], actions: Mapping[str, QAction]) -> None:
    """Put each action into its menu, in the order of `ACTIONS`."""
    for info in ACTIONS:
        if info.after_gap:
            menus[info.menu].addSeparator()
        menus[info.menu].addAction(actions[info.name])


def shortcut_rows(actions: Mapping[str, QAction]) -> list[tuple[str, str]]:
    """Every shortcut with the name of what it does."""
    return [
        (action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), action.text().replace("&", ""))
        for action in actions.values()
        if not action.shortcut().isEmpty()
    ]
