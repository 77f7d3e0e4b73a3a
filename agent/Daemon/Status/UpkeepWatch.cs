using System.Collections.Concurrent;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>
/// Keeps what upkeep saw, second by second. Apart from <see cref="BackendWatch"/>: its looks run programs, and wait for a pool
/// that has frozen when this is most wanted.
/// </summary>
public sealed class UpkeepWatch(TimeProvider time)
{
    // What a step saw before this is not how it is now.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<BackendId, UpkeepSight> sights = new();
    private readonly ConcurrentDictionary<UnitId, ResyncPace> paces = new();

    /// <summary>What was heard of a backend's upkeep; null: it has none.</summary>
    public UpkeepSight? Find(BackendId id) => sights.GetValueOrDefault(id);

    /// <summary>What was seen of a unit; null: nothing is known.</summary>
    public UpkeepLine? Find(UnitId unit) => Find(unit.Backend)?.Lines.FirstOrDefault(line => line.Report.Unit == unit);

    /// <summary>Everything that was seen.</summary>
    public IReadOnlyList<UpkeepLine> Lines => [.. sights.Values.SelectMany(sight => sight.Lines)];

    /// <summary>Whether what a line says of copies, legs and paths is still so.</summary>
    public bool IsFresh(UpkeepLine line) => time.GetUtcNow() - line.Report.ObservedAt < Fresh;

    /// <summary>Notes how a step ended.</summary>
    public void Kept(BackendId id, Fault? fault) =>
        _ = sights.AddOrUpdate(id, UpkeepSight.None with { Fault = fault }, (_, known) => known with { Fault = fault });

    /// <summary>Notes what was seen.</summary>
    public void Saw(BackendId id, Outcome<IReadOnlyList<UpkeepReport>> told)
    {
        var now = TimeSpan.FromSeconds((double)time.GetTimestamp() / time.TimestampFrequency);
        IReadOnlyList<UpkeepLine> lines = told.IsOk
            ? [.. told.Value.Select(report => new UpkeepLine(report, time.GetUtcNow() - report.FrozenFor, paces.GetOrAdd(report.Unit, _ => new ResyncPace()).Note(now, report.Resync?.RemainingBytes)))]
            : [];
        _ = sights.AddOrUpdate(
            id, UpkeepSight.None with { Unread = told.Fault, Lines = lines }, (_, known) => known with { Unread = told.Fault, Lines = told.IsOk ? lines : known.Lines });
    }

    /// <summary>Forgets backends that are not there any more.</summary>
    public void KeepOnly(IReadOnlySet<BackendId> backends)
    {
        foreach (var gone in sights.Keys.Where(id => !backends.Contains(id)))
        {
            _ = sights.TryRemove(gone, out _);
        }

        foreach (var gone in paces.Keys.Where(unit => !backends.Contains(unit.Backend)))
        {
            _ = paces.TryRemove(gone, out _);
        }
    }
}
