using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Partings;

/// <summary>Keeps what only a copy has, then goes back to what all have.</summary>
internal sealed class ZfsRejoin(Parts parts, GoingBack back) : IRejoin
{
    public async Task<Outcome> RejoinAsync(UnitId unit, string? snapshot, string keepAs, CancellationToken cancellation)
    {
        var what = $"cannot make {unit} a copy again";
        if ((parts.Layout.Check(unit) ?? parts.Layout.Check(new UnitId(unit.Backend, keepAs)) ?? CheckSnapshot(snapshot)) is { } wrong)
        {
            return wrong;
        }

        // Of no epoch: whatever is promoted, it would move the volumes away under the writer. A promotion finishes what was begun.
        var rejoined = await parts.Receives.RunAsync<bool>(
            unit, Epoch.None, what, async token => await RejoinAsync(unit, snapshot, keepAs, what, token) is { IsOk: false } failed ? failed.Fault : true, cancellation);
        return rejoined.WithoutValue();
    }

    public async Task<Outcome<Listing<KeptHead>>> ListKeptAsync(CancellationToken cancellation)
    {
        var units = await parts.Units.ListAsync($"cannot list what copies of backend {parts.Layout.Backend} have put away", cancellation);
        return units.Map(all => new Listing<KeptHead>(
        [
            .. all.Where(unit => unit.Kept is not null).Select(unit => new KeptHead(
                unit.Id, new UnitId(unit.Id.Backend, unit.Kept!.Unit), unit.Kept.Snapshot, unit.Kept.Since, unit.Volumes.Sum(volume => volume.Used))),
        ],
        []));
    }

    private async Task<Outcome> RejoinAsync(UnitId unit, string? snapshot, string keepAs, string what, CancellationToken cancellation)
    {
        var aside = new UnitId(unit.Backend, keepAs);
        var read = await parts.Units.ReadAsync(unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        if (Refuses(read.Value, what) is { } refused)
        {
            return refused;
        }

        // What an earlier call has begun is finished first, whatever is asked for now.
        read = await back.FinishAsync(read.Value, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        if (snapshot is not null && !read.Value.CompleteSnapshots().Contains(snapshot))
        {
            return PartingFaults.Refused(what, $"there is no whole snapshot {snapshot} here");
        }

        if (!HasParted(read.Value, snapshot))
        {
            return Outcome.Done;
        }

        var kept = await parts.Units.ReadAsync(aside, what, cancellation);
        return !kept.IsOk ? kept.Fault
            : kept.Value.Exists ? PartingFaults.Foreign(what, aside)
            : await BeginAsync(read.Value, new Parting(keepAs, snapshot), what, cancellation);
    }

    private async Task<Outcome> BeginAsync(UnitState unit, Parting parting, string what, CancellationToken cancellation)
    {
        var set = await parts.Tool.ChangeAsync(what, ["set", $"{Keys.Parting}={parting.Text}", unit.Dataset], cancellation);
        return set.IsOk ? (await back.FinishAsync(unit with { Parting = parting }, what, cancellation)).WithoutValue() : set.Fault;
    }

    private static Fault? Refuses(UnitState unit, string what) =>
        unit.Role == Role.Writer || (unit.Exists && !unit.ReadOnly) ? PartingFaults.Refused(what, "this node is its writer")
        : !unit.Exists ? PartingFaults.Refused(what, "this node holds no copy of it")
        : unit.Volumes.FirstOrDefault(volume => volume.KeyMissing) is { } locked ? PartingFaults.Refused(what, $"the encryption key of volume {locked.Name} is not loaded")
        : unit.Strangers.Count > 0 ? PartingFaults.Refused(what, $"below it lies what the agent has not made: {string.Join(", ", unit.Strangers)}")
        : null;

    /// <summary>Whether the copy has something that going back would lose.</summary>
    private static bool HasParted(UnitState unit, string? snapshot) => unit.Volumes.Any(volume =>
        volume.Written > 0
        || (snapshot is null ? volume.Newest is not null
            : volume.Snapshot(snapshot) is not { } target || volume.Snapshots.Any(point => point.Txg > target.Txg)));

    private static Fault? CheckSnapshot(string? snapshot) =>
        snapshot is null || Names.IsValid(snapshot) ? null : Names.Invalid("snapshot", snapshot);
}
