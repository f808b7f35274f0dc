"""The window around the panels: its rows, docks, menus, dialogs and settings."""
