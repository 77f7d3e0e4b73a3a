using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>
/// Looks at mirroring every ten seconds, remembers it for health and metrics, and makes mirror snapshots of what this process
/// holds when they are due. Whoever holds a unit does: no module of the manager is needed.
/// </summary>
internal sealed class MirrorWatch(UnitGate gate, MirrorReader reader, MirrorSnapshots snapshots) : IUpkeep
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> taken = new(StringComparer.Ordinal);
    private long? looked;

    /// <summary>What the last look saw; null if it failed or there was none.</summary>
    public SiteSight? Seen { get; private set; }

    /// <inheritdoc/>
    public async Task<Outcome> KeepAsync(CancellationToken cancellation)
    {
        var time = gate.Context.Time;
        if (looked is { } before && time.GetElapsedTime(before) < LookEvery)
        {
            return Outcome.Done;
        }

        looked = time.GetTimestamp();
        var seen = await gate.LookAsync("cannot look at mirrors", connection => reader.Read(connection, null), cancellation);
        Seen = seen.IsOk ? seen.Value : null;
        var wrong = seen.Fault;
        foreach (var unit in Seen?.Units.Where(IsDue) ?? [])
        {
            var what = $"cannot make the mirror snapshot of {unit.Unit}";
            var made = await gate.ChangeAsync(unit.Unit, what, (_, entries) => snapshots.Take(unit.Unit, entries, what), cancellation);
            if (made.IsOk)
            {
                taken[unit.Unit.Name] = time.GetTimestamp();
            }

            wrong ??= made.Fault;
        }

        return wrong ?? Outcome.Done;
    }

    // From a node that just became the writer one comes at once: nobody tells it when the last one was.
    private bool IsDue(UnitMirror unit)
    {
        if (gate.Options.MirrorEvery == TimeSpan.Zero || unit.Volumes.All(volume => volume.Role != SiteRole.Source) || !gate.Held.ContainsKey(unit.Unit.Name))
        {
            taken.Remove(unit.Unit.Name);
            return false;
        }

        return !taken.TryGetValue(unit.Unit.Name, out var last) || gate.Context.Time.GetElapsedTime(last) >= gate.Options.MirrorEvery;
    }
}
