"""HTTP without TLS, for what the tests have started themselves.

A client that may speak TLS reads every certificate that the machine trusts, which takes longer than what is asked.
"""

from __future__ import annotations

import ssl

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody; for the client's ``verify``
