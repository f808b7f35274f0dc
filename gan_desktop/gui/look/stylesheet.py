"""The window's style sheet: cards on a grey ground, rounded fields, calm lines."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

from gan_desktop.core import paths

if TYPE_CHECKING:
    from gan_desktop.gui.look.theme import Colors

SHEET = Template("""
QMainWindow, QDialog, QToolBar, QStatusBar, QMenuBar, #dock_area { background: $window; color: $text; }
QToolBar { border: none; padding: 4px 0 6px 0; spacing: 8px; }
QStatusBar::item { border: none; }
QMenuBar { padding: 2px 0; }
QMenuBar::item { padding: 3px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $line; }
QMenu { background: $surface; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 4px 26px 4px 24px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $accent_text; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }
QMenu::indicator { width: 12px; height: 12px; left: 6px; }
QToolTip { background: $surface; color: $text; border: 1px solid $line; padding: 4px 6px; }
QMainWindow::separator { background: $window; width: 10px; height: 10px; }

#card_title { background: $surface; border: 1px solid $line; border-bottom: none;
    border-top-left-radius: 8px; border-top-right-radius: 8px; }
#card_body { background: $surface; border: 1px solid $line; border-top: none;
    border-bottom-left-radius: 8px; border-bottom-right-radius: 8px; }
#card_body > QWidget, QScrollArea, #scroll_content { background: transparent; border: none; }
#scroll_fade { border: none;
    background: qlineargradient(x1: 0, y1: 0, x2: 0, y2: 1, stop: 0 $clear, stop: 0.9 $surface); }
QDialog #scroll_fade { background: transparent; }
#card_heading, QLabel[role="strong"] { font-weight: bold; color: $text; }
#application_title { font-weight: bold; font-size: 15px; padding: 0 10px 0 2px; }
QLabel { color: $text; background: transparent; }
QLabel[role="muted"], QLabel[role="field"] { color: $muted; }
QLabel[role="error"] { color: $error; }
QLabel[role="pending"] { color: $mark; }
QLabel[role="tag"] { color: $good; border: 1px solid $line; border-radius: 6px; padding: 0 4px; font-size: 10px; }
QLabel[network="d"] { color: $d; font-weight: bold; }
QLabel[network="g"] { color: $g; font-weight: bold; }
#rule { background: $line; }
#alert_card { background: $surface; border: 1px solid $line; border-left: 3px solid $muted; border-radius: 6px; }
#alert_card[level="bad"] { border-left-color: $error; }
#alert_card[level="watch"] { border-left-color: $watch; }
#fault { background: $notice; color: $error; border: 1px solid $error; border-radius: 5px; padding: 3px 7px; }
#notice { background: $notice; border: 1px solid $line; border-radius: 8px; }
#slow_motion { background: $surface; border: 1px solid $accent; border-radius: 8px; }
#inspection_popup, #lineage_view { background: $surface; border: 1px solid $muted; }

QPushButton, QToolButton { background: $surface; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 4px 12px; min-height: 18px; }
QPushButton:hover, QToolButton:hover { border-color: $muted; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; border-color: $line; background: transparent; }
QPushButton:focus, QToolButton:focus { border: 1px solid $accent; }
QPushButton[primary="true"] { background: $accent; color: $accent_text; border-color: $accent; font-weight: bold; }
QPushButton[primary="true"]:hover, QPushButton[primary="true"]:focus { background: $accent_hover; }
QPushButton[primary="true"]:disabled { background: $line; color: $disabled; border-color: $line; }
QPushButton:checked { background: $line; border-color: $muted; }
QToolButton[menu="true"] { padding: 4px 8px; }
QToolButton[menu="true"]::menu-indicator { image: none; }
QFileDialog QToolButton { padding: 2px; min-height: 0; }
QPushButton[small="true"], QToolButton[small="true"] { padding: 1px 8px; min-height: 16px; }
QPushButton[segment] { padding: 1px 9px; min-height: 16px; border-radius: 0; color: $muted; }
QPushButton[segment="first"] { border-top-left-radius: 6px; border-bottom-left-radius: 6px; }
QPushButton[segment="last"] { border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QPushButton[segment="middle"], QPushButton[segment="last"] { margin-left: -1px; }
QPushButton[segment]:checked { background: $line; color: $text; font-weight: bold; }
QPushButton[flat_row="true"] { text-align: left; border-color: transparent; padding: 3px 6px; font-weight: bold; }
QPushButton[flat_row="true"]:hover { background: $window; }
QPushButton[flat_row="true"]:focus { border-color: $accent; }
QPushButton[row="true"] { text-align: left; padding: 3px 6px; }
QPushButton QLabel:disabled { color: $disabled; }
QPushButton[link="true"] { color: $accent; background: transparent; border-color: transparent; padding: 0 3px;
    min-height: 14px; border-radius: 4px; }
QPushButton[link="true"]:hover { text-decoration: underline; color: $accent_hover; }
QPushButton[link="true"]:focus { border-color: $accent; }
QPushButton[group="true"] { border-color: transparent; padding: 1px 0; background: transparent; }
QPushButton[group="true"]:hover { background: $window; }
QPushButton[group="true"]:focus { border-color: $accent; }

QComboBox, QLineEdit, QAbstractSpinBox { background: $field; color: $text; border: 1px solid $line; border-radius: 5px;
    padding: 2px 7px; min-height: 20px; selection-background-color: $accent; selection-color: $accent_text; }
QComboBox:hover, QLineEdit:hover, QAbstractSpinBox:hover { border-color: $muted; }
QComboBox:focus, QLineEdit:focus, QAbstractSpinBox:focus { border: 1px solid $accent; }
QComboBox:disabled, QLineEdit:disabled, QAbstractSpinBox:disabled { color: $disabled; }
QLineEdit[invalid="true"], QComboBox[invalid="true"], QAbstractSpinBox[invalid="true"] { border: 1px solid $error; }
QAbstractSpinBox[pending="true"], QLineEdit[pending="true"] { color: $mark; }
QAbstractSpinBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QComboBox[small="true"] { padding: 0 5px; min-height: 16px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("$icons/chevron-down.svg"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 1px solid $line; padding: 2px;
    selection-background-color: $accent; selection-color: $accent_text; outline: none; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 16px; background: transparent; }
QAbstractSpinBox::up-arrow { image: url("$icons/chevron-up.svg"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("$icons/chevron-down.svg"); width: 10px; height: 10px; }

QCheckBox { color: $text; spacing: 7px; background: transparent; padding: 2px 2px 2px 0; border: 1px solid transparent;
    border-radius: 4px; }
QCheckBox:focus { border-color: $accent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $muted; border-radius: 3px; background: $field; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$icons/$check"); }
QCheckBox[pending="true"] { color: $mark; }
QCheckBox:disabled { color: $disabled; }

QSlider { min-height: 20px; background: transparent; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $text;
    border: 1px solid $surface; }
QSlider::handle:horizontal:hover { background: $accent; }
QSlider::handle:horizontal:disabled { background: $disabled; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; }
QSlider[pending="true"]::handle:horizontal { background: $surface; border: 2px solid $mark; }

QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

#modes_view { border: 1px solid $line; border-radius: 5px; }
#modes_view:focus { border-color: $accent; }
QListWidget { background: $field; color: $text; border: 1px solid $line; border-radius: 5px; padding: 3px;
    outline: none; }
QListWidget:focus { border-color: $accent; }
QListWidget::item:selected { background: $line; color: $text; }
QTableView, QTreeWidget { background: $field; color: $text; border: 1px solid $line; border-radius: 5px; outline: none;
    selection-background-color: $line; selection-color: $text; }
QTableView:focus, QTreeWidget:focus { border-color: $accent; }
QTableView::item, QTreeWidget::item { border: none; padding: 0 4px; }
QTableView::item:selected, QTreeWidget::item:selected { background: $line; color: $text; }
QHeaderView { background: $surface; border: none; border-top-left-radius: 5px; border-top-right-radius: 5px; }
QHeaderView::section { background: transparent; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 5px 6px; }
QHeaderView::section:hover { color: $text; }
QHeaderView::up-arrow { image: url("$icons/chevron-up.svg"); width: 10px; height: 10px; }
QHeaderView::down-arrow { image: url("$icons/chevron-down.svg"); width: 10px; height: 10px; }
QPlainTextEdit { background: $field; color: $text; border: 1px solid $line; border-radius: 5px; padding: 2px 4px;
    selection-background-color: $accent; selection-color: $accent_text; }
QPlainTextEdit:hover { border-color: $muted; }
QPlainTextEdit:focus { border-color: $accent; }
QPlainTextEdit:disabled { color: $disabled; }

QScrollBar:vertical { width: 8px; background: transparent; margin: 0; }
QScrollBar:horizontal { height: 8px; background: transparent; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: $muted; padding: 4px 10px 5px 10px; border: 1px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:hover, QTabBar:focus::tab:selected { color: $accent; }
""")


def stylesheet(colors: Colors) -> str:
    """The sheet in these colours."""
    return SHEET.substitute(
        asdict(colors),
        clear=colors.surface.replace("#", "#00"),
        disabled=colors.faint(colors.muted, 0.55),
        icons=(paths.resources() / "icons").as_posix(),
        check="check-dark.svg" if colors.dark else "check-light.svg",
    )
