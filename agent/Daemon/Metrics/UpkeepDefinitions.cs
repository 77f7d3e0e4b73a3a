using static NodeAgent.Daemon.Metrics.Definitions;

namespace NodeAgent.Daemon.Metrics;

/// <summary>What the upkeep of storage that keeps its copies itself tells, as metrics.</summary>
internal static class UpkeepDefinitions
{
    private const string Name = "Copies that the storage keeps";

    public static IEnumerable<MetricDefinition> Section()
    {
        yield return Gauge(
            Name, MetricNames.UpkeepLastLookTimestamp,
            "Unix time of the last step of the unit's upkeep; writes that freeze are let go only by such steps.",
            "seconds", 128, "unit");
        yield return Gauge(
            Name, MetricNames.LegState,
            "1 for the state of a part of the node's copy (a drive, a volume) as its storage tells it, 0 for the others; absent when it was not seen for 30 s.",
            "", 3500, "unit", "node", "leg", Closed("state", Known.CopyStates));
        yield return Gauge(
            Name, MetricNames.LegPathUp,
            "1 when the path carries writes to that part of the peer's copy; leg all = to every part.",
            "", 512, "unit", "leg", "network");
        yield return Gauge(
            Name, MetricNames.SyncCertificateReadable,
            "1 when the certificate, which says whose copies are whole, could be read at the last step; 0: writes that freeze stay frozen.",
            "", 128, "unit");
        yield return Gauge(
            Name, MetricNames.SyncCertificateCovers,
            "1 when the certificate covers the node's copy: it holds every acknowledged write and may be the writer's.",
            "", 256, "unit", "node");
        yield return Gauge(
            Name, MetricNames.CopiesParted,
            "1 when the copies have parted (split brain, or disconnected by hand) and nobody has chosen between them; 0 when not.",
            "", 128, "unit");
        yield return Counter(
            Name, MetricNames.WritesFrozen,
            "How long writes of the unit have waited for the peer in all, as the upkeep saw it second by second.",
            "seconds", 128, "unit");
        yield return Gauge(
            Name, MetricNames.WritesFrozenSince,
            "Unix time since which writes wait; absent while they do not.",
            "seconds", 128, "unit");
        yield return Gauge(
            Name, MetricNames.ResyncEta,
            "Time until the copying that the storage does is through, at the pace of the last two minutes; absent when none gets on.",
            "seconds", 256, "unit", "peer");
    }
}
