"""A person's own data: opened, looked through, drawn, and put into the form."""
