using System.Globalization;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Clusters;

/// <summary>Client instances that the OSDs refuse.</summary>
internal static class Blocklist
{
    private const string Instant = "yyyy-MM-ddTHH:mm:ss.ffffffzzz";
    private const int Rounds = 3;

    /// <summary>
    /// Shuts instances out for years, and makes sure of it. Those that are already are left alone: each entry is a new map of the
    /// cluster, and an old writer may have many.
    /// </summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="addresses">Who.</param>
    /// <param name="now">The time.</param>
    /// <param name="what">What for.</param>
    /// <param name="mapped">Clients of this node's own kernel: what they have waiting would be written in the moment without an entry, so a short one stays as it is.</param>
    public static Outcome ShutOut(Connection connection, IEnumerable<string> addresses, DateTimeOffset now, string what, IReadOnlyCollection<string>? mapped = null)
    {
        var all = addresses.ToList();
        for (var round = 1; all.Count > 0; round++)
        {
            var ends = Ends(connection, what);
            if (!ends.IsOk)
            {
                return ends.Fault;
            }

            var left = all.Where(address => !(ends.Value.TryGetValue(Addresses.Canonical(address), out var end) && (end - now > CephOptions.ShutOutFor / 2 || mapped?.Contains(address) == true))).ToList();
            if (left.Count == 0)
            {
                return Outcome.Done;
            }

            if (round > Rounds)
            {
                return new Fault(
                    FaultCode.ControlPlaneUnavailable, what, $"{left[0]} was shut out, and the cluster does not say so, or for too short a time", "Look at it: ceph osd blocklist ls.", Retry.Later);
            }

            // An entry that there is keeps its end, whatever is added (seen with Ceph 16, written so in later ones): librbd's own last an hour.
            var done = left.Select(address => round > 1 && ends.Value.ContainsKey(Addresses.Canonical(address)) ? Replace(connection, address, what) : Add(connection, address, what))
                .FirstOrDefault(one => !one.IsOk, Outcome.Done);
            if (!done.IsOk)
            {
                return done;
            }
        }

        return Outcome.Done;
    }

    /// <summary>The addresses that are shut out now.</summary>
    public static Outcome<IReadOnlySet<string>> List(Connection connection, string what)
    {
        var listed = connection.Command(new JsonObject { ["prefix"] = "osd blocklist ls" }, what);
        return listed.IsOk
            ? (listed.Value as JsonArray ?? []).Select(e => Addresses.Normal(e?["addr"]?.GetValue<string>() ?? "")).ToHashSet(StringComparer.Ordinal)
            : listed.Fault;
    }

    private static Outcome<IReadOnlyDictionary<string, DateTimeOffset>> Ends(Connection connection, string what)
    {
        var listed = connection.Command(new JsonObject { ["prefix"] = "osd blocklist ls" }, what);
        if (!listed.IsOk)
        {
            return listed.Fault;
        }

        var ends = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var entry in listed.Value as JsonArray ?? [])
        {
            if (!DateTimeOffset.TryParseExact(entry?["until"]?.GetValue<string>(), Instant, CultureInfo.InvariantCulture, DateTimeStyles.None, out var end))
            {
                return new Fault(FaultCode.Unparseable, what, $"when an entry of the blocklist ends cannot be read: {entry}", "See which Ceph runs: ceph versions.", Retry.Never);
            }

            ends[Addresses.Canonical(entry?["addr"]?.GetValue<string>() ?? "")] = end;
        }

        return ends;
    }

    private static Outcome Add(Connection connection, string address, string what)
    {
        // With a point: Ceph takes a whole number for one of another type.
        var seconds = JsonNode.Parse(CephOptions.ShutOutFor.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture));
        return connection.Command(
            new JsonObject { ["prefix"] = "osd blocklist", ["blocklistop"] = "add", ["addr"] = address, ["expire"] = seconds }, what).WithoutValue();
    }

    // Taken off and made anew at once: the client is let in for that moment rather than for good when the short entry ends.
    private static Outcome Replace(Connection connection, string address, string what)
    {
        var removed = connection.Command(new JsonObject { ["prefix"] = "osd blocklist", ["blocklistop"] = "rm", ["addr"] = address }, what);
        return removed.Fault is { Code: FaultCode.PermissionDenied } denied
            ? denied with
            {
                Why = $"client {address} is shut out for a short time only, which cannot be made longer, and this Ceph user may not take the entry off",
                NextStep = $"Do it: ceph osd blocklist rm {address}. Or let the user: ceph auth caps, mon 'profile rbd, allow command \"osd blocklist\"'.",
            }
            : removed.IsOk || removed.Fault.Facts.GetValueOrDefault(CephFaults.Number) == "2" ? Add(connection, address, what) : removed.WithoutValue();
    }
}
