"""What the policy says, read from the same YAML by other hands. It shares no line with the bot."""

from typing import Any


def verdict(y: dict[str, Any], q: dict[str, Any]) -> str:
    """``y`` is the organisation, ``q`` the question, both as generate.py makes them."""
    who = next((p["id"] for p in y["people"] if q["identity"] in p.get(q["platform"], [])), None)
    signed_in = q["voices"] | {who: q["groups"] if q["platform"] == "console" else []}  # elsewhere groups say nothing
    teams = {t["id"]: {t["lead"], *t["members"]} for t in y["teams"]}
    for team in y["teams"]:
        teams[team["id"]] |= {p for p, groups in signed_in.items() if {*groups} & {*team["oidc_groups"]}}
    owner, security = teams.get(q["owner"], set()), teams.get(y["security_team"], set())
    leads = {t["id"]: t["lead"] for t in y["teams"]}
    place = q["environment"] or "unknown"

    def speaks_of(rule: dict[str, Any]) -> bool:
        about = q["act"] in rule["acts"] and (rule["environments"] == "any" or place in rule["environments"])
        narrowed = q["act"] in ("fix", "undo", "approve", "break-glass")
        about = about and (not narrowed or rule["fixes"] == "any" or q["fix"] in rule["fixes"])
        w, lead = rule["who"], leads.get(q["owner"])
        them = set(w.get("people", [])).union(*(teams[team] for team in w.get("teams", [])))
        them |= (owner if w.get("owner") else set()) | ({lead} if w.get("lead") else set())
        return about and (w.get("anyone", False) or who in them)

    if who is None or not any(speaks_of(rule) for rule in y["rules"]):
        return "refused"
    proved = q["reversible"] or (q["signed_in"] is not None and q["signed_in"] <= 10)
    fits = (e for e in y["levels"] if e["environments"] == "any" or place in e["environments"])
    fits = (e for e in fits if q["priority"] in e.get("priorities", [q["priority"]]) and q["targets"] <= e["targets"])
    needed = next((e["level"] for e in fits if e.get("reversible", q["reversible"]) == q["reversible"]), "L3")
    if q["level"]:  # an answer to somebody else's question, which may have been asked under an easier policy
        three = q["level"] == 3 or needed == "L3"
        if who == q["requester"] or (three and who not in owner | security):
            return "refused"
        if three and not proved:
            return "signs in"
        yes = set(q["voices"]) | {who}
        pairs = any(a != b for a in yes & owner for b in yes & security)
        return "again" if who in q["voices"] else "runs" if not three or pairs else "more wanted"
    if q["act"] != "fix":
        return "allowed"
    alone = needed in ("L0", "L1")
    return "signs in" if needed == "L3" and not proved else "runs" if alone else f"asks {needed}"
