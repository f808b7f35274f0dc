"""Locks on open files. The system releases a lock when its process ends, however it ends: a holder is alive."""

from __future__ import annotations

import errno
import os
import sys

# The errors that mean that another open file has the lock; any other error means that there are no locks here.
_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    # Far beyond the content, since Windows lets nobody read what is locked.
    _PLACE = 2**30

    def take(descriptor: int) -> bool:
        """Lock an open file for this descriptor alone, until the file is closed; say whether that worked.

        Raises:
            OSError: files cannot be locked there.
        """
        here = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            os.lseek(descriptor, _PLACE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return _is_free(error)
        finally:
            os.lseek(descriptor, here, os.SEEK_SET)
        return True

else:
    import fcntl

    def take(descriptor: int) -> bool:
        """Lock an open file for this descriptor alone, until the file is closed; say whether that worked.

        Raises:
            OSError: files cannot be locked there.
        """
        try:
            # Not lockf: its locks are lost as soon as this process closes any other file of that name.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return _is_free(error)
        return True


def _is_free(error: OSError) -> bool:
    """False if another has the lock; raises any other error, which does not answer the question."""
    if error.errno not in _HELD:
        raise error
    return False
