using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Status.Reserves;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Makes this node's report from what its parts last saw. Waits for nothing.</summary>
internal sealed class ReportMaker(
    NodeId self,
    PluginHost plugins,
    BackendWatch watch,
    HangWatch hangs,
    UpkeepWatch upkeep,
    LoadWatch loads,
    UnitRegistry registry,
    ReplicationLoop loop,
    StreamBoard board,
    LocalCopies copies,
    IOperationJournal journal,
    TimeProvider time)
{
    public NodeReport Make() => new(
        self,
        AgentVersion.Running,
        time.GetUtcNow(),
        AgentVersion.RestartRequired(),
        [.. plugins.Backends.Select(Backend)],
        [.. registry.All().Select(Unit)],
        journal.Open().Count)
    {
        Load = loads.Last,
    };

    private BackendLine Backend(BackendReport backend)
    {
        var sight = watch.Find(backend.Id);
        var isReady = backend.State is PluginState.Ready or PluginState.Degraded;
        var health = HealthOf(sight);
        var remarks = new List<string>(health.Remarks);
        if (!isReady || backend.State == PluginState.Degraded)
        {
            remarks.Add(backend.Reason);
        }

        if (sight?.Health.Fault is { } unhealthy)
        {
            remarks.Add(unhealthy.ToString());
        }
        else if (sight?.Fault is { } fault)
        {
            remarks.Add(fault.ToString());
        }

        var kept = UpkeepRemarks.Of(upkeep.Find(backend.Id), upkeep, time.GetUtcNow()).ToList();
        if (kept.Count > 0)
        {
            health = health with { Level = health.Level == HealthLevel.Failed ? HealthLevel.Failed : HealthLevel.Degraded };
            remarks.AddRange(kept);
        }

        if (hangs.Find(backend.Id) is { } hang)
        {
            health = health with { Level = HealthLevel.Failed };
            remarks.Add(hang.ToString());
        }

        return new BackendLine(
            backend.Id, backend.Kind, backend.State.ToString().ToLowerInvariant(), health.Level,
            health.Version, remarks, sight?.Pools ?? [], sight?.RefreshedAt)
        {
            Kept = sight?.Kept ?? [],
        };
    }

    private static BackendHealth HealthOf(BackendSight? sight) =>
        sight is not null && sight.Health.IsOk ? sight.Health.Value : new BackendHealth(HealthLevel.Unknown, "", []);

    private UnitReport Unit(UnitRecord record)
    {
        var volumes = watch.Find(record.Unit.Backend)?.Volumes.Where(volume => volume.Id.Unit == record.Unit)
            .Select(volume => new VolumeReport(volume.Id.Name, volume.Kind, volume.Bytes, volume.UsedBytes, volume.Path)) ?? [];
        var report = watch.Find(record.Unit.Backend)?.Copies.TryGetValue(record.Unit, out var kept) == true
            ? new UnitReport(record, record.Writer == self ? Role.Writer : Role.Reader, [.. volumes], CopyLines.Of(record, kept, FreshOf(record.Unit)), null)
            : record.Writer == self ? Written(record, [.. volumes])
            : new UnitReport(record, copies.LastReport(record.Unit)?.History.Role ?? Role.Unknown, [.. volumes], [OwnCopy(record)], null);
        return report with { Switchover = SwitchoverOf(record.Unit) };
    }

    private UpkeepLine? FreshOf(UnitId unit) => upkeep.Find(unit) is { } line && upkeep.IsFresh(line) ? line : null;

    private SwitchoverLine? SwitchoverOf(UnitId unit) =>
        journal.Open().FirstOrDefault(known => known.Key == SwitchoverEntry.KeyOf(unit)) is { } move
            ? new SwitchoverLine(self, SwitchoverEntry.ToOf(move), move.Step, move.StartedAt, move.LastFault)
            : null;

    private UnitReport Written(UnitRecord record, IReadOnlyList<VolumeReport> volumes)
    {
        var activity = loop.Activities.GetValueOrDefault(record.Unit);
        var lines = record.Copies.Select(peer =>
        {
            var known = activity?.Peers.GetValueOrDefault(peer.Value);
            return Line(record, peer, known?.Report, known?.Fault, board.Running(record.Unit, peer));
        });
        return new UnitReport(record, Role.Writer, volumes, [.. lines], activity?.SnapshotFault?.ToString());
    }

    private CopyLine OwnCopy(UnitRecord record) => Line(record, self, copies.LastReport(record.Unit), null, null);

    private CopyLine Line(UnitRecord record, NodeId node, CopyReport? report, Fault? fault, StreamProgress? progress)
    {
        var asOf = report is null ? null : AsOf(record.Unit, node, report);
        var isLate = asOf is { } known && time.GetUtcNow() - known > CycleTiming.LargestAge(record.Interval);
        var state = fault?.Code == FaultCode.Diverged ? CopyState.Diverged
            : progress is not null ? CopyState.Resyncing
            : report is null ? CopyState.Unknown
            : report.Complete is null ? (report.History.Volumes.Count == 0 ? CopyState.Absent : CopyState.Inconsistent)
            : isLate ? CopyState.Outdated
            : CopyState.InSync;
        var evidence = report?.Complete is { } snapshot
            ? $"{snapshot} read back on {node}"
            : report is null ? "not heard since the agent started" : "no complete snapshot";
        return new CopyLine(
            node, state, report?.Complete, asOf,
            asOf is null ? LossConfidence.Unknown : LossConfidence.UpperBound, evidence, fault?.ToString(), progress);
    }

    private DateTimeOffset? AsOf(UnitId unit, NodeId node, CopyReport report)
    {
        var said = node == self ? registry.UnchangedSince(unit) : null;
        return said is not null && said.Snapshot == report.Complete && said.IsAbout(report.History) && said.AsOf > report.DataAsOf
            ? said.AsOf
            : report.DataAsOf;
    }
}
