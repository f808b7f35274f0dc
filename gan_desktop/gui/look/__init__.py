"""How the window looks and speaks: colours, icons, the style sheet, numbers and words."""
