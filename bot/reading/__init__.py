"""Where deliveries and report files are read: here, or in a process of their own.

What strangers send may be large, slow to read, or made to hurt a parser. Read apart it holds up no click and no other
delivery, uses the second core, and takes nobody with it when it ends the process that reads. That process knows the
sources and none of the configuration's secrets, has no database, and answers in lines of JSON, never in code.
"""
