using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Snapshots;

/// <summary>The fault for snapshots that holds or clones keep.</summary>
internal static class InUse
{
    public static Fault By(string what, IReadOnlyList<Hold> holds, IReadOnlyList<string> clones)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (holds.Count > 0)
        {
            facts["holders"] = string.Join(", ", holds.Select(hold => hold.Tag).Distinct().Order(StringComparer.Ordinal));
            facts["held"] = string.Join(", ", holds.Select(hold => hold.Snapshot).Distinct().Order(StringComparer.Ordinal));
        }

        if (clones.Count > 0)
        {
            facts["clones"] = string.Join(", ", clones.Distinct().Order(StringComparer.Ordinal));
        }

        return new Fault(
            FaultCode.InUse,
            what,
            holds.Count > 0 ? "a snapshot is held" : "a snapshot has clones",
            "Release the holds and delete the clones first.",
            Retry.AfterFix) { Facts = facts };
    }
}
