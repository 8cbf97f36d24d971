"""Time and memory limits around a computation, and quiet endings.

The command runs as two processes: one supervises and writes, the other, forked before anything
heavy is imported, computes. Only a second process can be ended inside a long operation in C, and
only a second process turns running out of memory into a message.
"""
