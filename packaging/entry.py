"""What the packaged executable runs: the same as `python -m gan_desktop`."""

from gan_desktop.__main__ import main

if __name__ == "__main__":
    main()
