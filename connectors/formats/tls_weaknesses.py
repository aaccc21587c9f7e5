"""What scanners of TLS call by several names: one problem each, so that Heartbleed told by three tools is told once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weakness:
    """One weakness. ``problem`` is its CVE where it has one, else a family of ours; ``ids`` are all its CVEs."""

    problem: str
    title: str
    ids: tuple[str, ...] = ()


# problem | title | names: testssl.sh's ids, sslyze's scan commands, nmap's scripts | further CVEs
_TABLE = """
CVE-2014-0160 | Heartbleed: anyone can read the server's memory | heartbleed ssl-heartbleed |
CVE-2014-0224 | CCS injection: a man in the middle can read and change traffic | ccs openssl_ccs_injection ssl-ccs-injection |
CVE-2016-9244 | Ticketbleed: session tickets leak memory | ticketbleed tls-ticketbleed |
CVE-2017-13098 | ROBOT: RSA key exchange can be decrypted by asking the server | robot |
CVE-2009-3555 | Insecure renegotiation: a man in the middle can put in requests | secure_renego insecure_renegotiation |
CVE-2011-1473 | Renegotiation asked for by clients can exhaust the server | secure_client_renego client_renegotiation |
CVE-2012-4929 | CRIME: TLS compression leaks secrets | crime_tls tls_compression |
CVE-2013-3587 | BREACH: HTTP compression leaks secrets | breach |
CVE-2014-3566 | POODLE: SSL 3 can be decrypted | poodle_ssl ssl-poodle |
CVE-2016-2183 | SWEET32: 64-bit block ciphers are offered | sweet32 | CVE-2016-6329
CVE-2015-0204 | FREAK: export-grade RSA is offered | freak |
CVE-2016-0800 | DROWN: SSL 2 breaks the key of newer versions | drown sslv2-drown | CVE-2016-0703
CVE-2015-4000 | Logjam: weak Diffie-Hellman is offered | logjam logjam-common_primes ssl-dh-params |
CVE-2011-3389 | BEAST: TLS 1.0 with CBC ciphers | beast beast_cbc_tls1 |
CVE-2013-0169 | Lucky 13: CBC ciphers are offered | lucky13 |
CVE-2013-2566 | RC4 is offered | rc4 | CVE-2015-2808
CVE-2014-6321 | Winshock: Windows' TLS runs what it is sent | winshock |
tls.old-version | SSL 2 is offered | sslv2 ssl_2_0_cipher_suites |
tls.old-version | SSL 3 is offered | sslv3 ssl_3_0_cipher_suites |
tls.old-version | TLS 1.0 is offered | tls1 tls_1_0_cipher_suites |
tls.old-version | TLS 1.1 is offered | tls1_1 tls_1_1_cipher_suites |
tls.no-fallback-protection | Clients can be talked down to an older version | fallback_scsv tls_fallback_scsv |
tls.no-encryption | Ciphers without encryption are offered | cipherlist_null |
tls.anonymous-ciphers | Ciphers without a certificate are offered | cipherlist_anull |
tls.export-ciphers | Export-grade ciphers are offered | cipherlist_export |
tls.weak-ciphers | Weak ciphers are offered | cipherlist_low cipherlist_3des_idea cipherlist_obsoleted |
tls.certificate-untrusted | The certificate is not trusted | cert_chain_of_trust certificate_untrusted |
tls.certificate-wrong-name | The certificate is for another name | cert_trust |
tls.certificate-expiry | The certificate has expired or soon will | cert_expirationstatus |
"""  # noqa: E501 - one weakness a line reads best


def _read_table() -> dict[str, Weakness]:
    known: dict[str, Weakness] = {}
    for line in _TABLE.strip().splitlines():
        problem, title, names, *further = (part.strip() for part in line.split("|"))
        ids = tuple(sorted({problem, *" ".join(further).split()})) if problem.startswith("CVE-") else ()
        known |= dict.fromkeys(names.split(), Weakness(problem, title, ids))
    return known


KNOWN = _read_table()


def weakness_of(name: str) -> Weakness | None:
    """The weakness that a tool calls ``name``, in any case; None when it is not in the table."""
    return KNOWN.get(name.lower())
