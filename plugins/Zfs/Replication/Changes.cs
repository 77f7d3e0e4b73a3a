using System.Collections.Concurrent;
using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Replication;

/// <summary>
/// Which units were written since their newest snapshot: one "zpool sync" and one "zfs list" for all of them. The
/// names and identities of the newest snapshots are remembered and read again only when "snapshots_changed" says so, because
/// listing every snapshot of every unit every few seconds is what makes such tools slow.
/// </summary>
internal sealed class Changes(Parts parts)
{
    // snapshots_changed has whole seconds; a second that is not over yet could still change unseen.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, (long Changed, Point? Newest)> remembered = new(StringComparer.Ordinal);

    public async Task<Outcome<IReadOnlyList<UnitChange>>> ReadAsync(IReadOnlyList<UnitId> units, CancellationToken cancellation)
    {
        var what = $"cannot read the changes of backend {parts.Layout.Backend}";
        if (units.Select(parts.Layout.Check).FirstOrDefault(fault => fault is not null) is { } wrong)
        {
            return wrong;
        }

        if (units.Count == 0)
        {
            return new Outcome<IReadOnlyList<UnitChange>>([]);
        }

        // "written" counts what is on disk: first everything acknowledged before this moment is brought there.
        var asOf = parts.Time.GetUtcNow();
        var synced = await parts.Tool.SyncAsync(what, cancellation);
        var heads = synced.IsOk ? await ListAsync(what, "filesystem,volume", parts.Layout.Root, cancellation) : synced.Fault!;
        if (!heads.IsOk)
        {
            return heads.Fault.Code == FaultCode.NotFound ? Nothing(units, asOf) : heads.Fault;
        }

        var reader = new RowReader();
        var volumes = heads.Value.Select(row => Head.Of(row, parts.Layout.Root, reader)).OfType<Head>().ToLookup(head => head.Unit);
        if (reader.Wrong is not null)
        {
            return ToolFaults.Unparseable(what, reader.Wrong);
        }

        var known = await NewestAsync(units, volumes, asOf, what, cancellation);
        return known.IsOk
            ? new Outcome<IReadOnlyList<UnitChange>>([.. units.Select(unit => Judge(unit, [.. volumes[unit.Name]], known.Value, asOf))])
            : known.Fault;
    }

    private static Outcome<IReadOnlyList<UnitChange>> Nothing(IReadOnlyList<UnitId> units, DateTimeOffset asOf) =>
        new([.. units.Select(unit => new UnitChange(unit, Answer.Unknown, null, asOf))]);

    private static UnitChange Judge(UnitId unit, List<Head> volumes, IReadOnlyDictionary<string, Point?> newest, DateTimeOffset asOf)
    {
        if (volumes.Count == 0)
        {
            return new UnitChange(unit, Answer.Unknown, null, asOf);
        }

        var names = volumes.Select(volume => newest.GetValueOrDefault(volume.Dataset)?.Name).Distinct().ToList();
        var name = names.Count == 1 ? names[0] : null;
        var fresh = volumes.Any(volume => volume.SnapshotsChanged > (asOf - Settled).ToUnixTimeSeconds());
        var changed = name is null || volumes.Any(volume => volume.Written > 0) ? Answer.Yes
            : fresh ? Answer.Unknown
            : Answer.No;
        return new UnitChange(unit, changed, name, asOf)
        {
            Guids = name is null
                ? ImmutableDictionary<string, string>.Empty
                : volumes.ToDictionary(volume => volume.Volume, volume => newest[volume.Dataset]!.Guid, StringComparer.Ordinal),
        };
    }

    /// <summary>The newest snapshot of each volume; a second listing only for units that have changed theirs.</summary>
    private async Task<Outcome<IReadOnlyDictionary<string, Point?>>> NewestAsync(
        IReadOnlyList<UnitId> units, ILookup<string, Head> volumes, DateTimeOffset asOf, string what, CancellationToken cancellation)
    {
        var newest = new Dictionary<string, Point?>(StringComparer.Ordinal);
        var unknown = new List<Head>();
        foreach (var head in units.SelectMany(unit => volumes[unit.Name]).Distinct())
        {
            if (head.SnapshotsChanged == 0)
            {
                newest[head.Dataset] = null;
            }
            else if (remembered.TryGetValue(head.Dataset, out var memory) && memory.Changed == head.SnapshotsChanged)
            {
                newest[head.Dataset] = memory.Newest;
            }
            else
            {
                unknown.Add(head);
            }
        }

        if (unknown.Count == 0)
        {
            return newest;
        }

        var places = unknown.Select(head => $"{parts.Layout.Root}/{head.Unit}").Distinct().ToList();
        var rows = await ListSnapshotsAsync(what, places, cancellation);
        if (!rows.IsOk)
        {
            return rows.Fault;
        }

        var reader = new RowReader();
        var byDataset = rows.Value.ToLookup(row => row.Dataset);
        foreach (var head in unknown)
        {
            var last = byDataset[head.Dataset].OrderBy(row => reader.Required(row, "createtxg")).LastOrDefault();
            var point = last is null ? null : new Point(last.Short, reader.Guid(last));
            newest[head.Dataset] = point;
            if (head.SnapshotsChanged <= (asOf - Settled).ToUnixTimeSeconds())
            {
                remembered[head.Dataset] = (head.SnapshotsChanged, point);
            }
        }

        return reader.Wrong is null ? newest : ToolFaults.Unparseable(what, reader.Wrong);
    }

    private async Task<Outcome<IReadOnlyList<DatasetRow>>> ListAsync(string what, string types, string place, CancellationToken cancellation)
    {
        var output = await parts.Tool.LookAsync(
            what, "zfs", ["list", "-j", "-p", "-r", "-d", "2", "-t", types, "-o", "name,written,snapshots_changed", place], cancellation);
        return output.IsOk ? DatasetListing.Parse(what, output.Value) : output.Fault;
    }

    private async Task<Outcome<IReadOnlyList<DatasetRow>>> ListSnapshotsAsync(string what, List<string> places, CancellationToken cancellation)
    {
        var output = await parts.Tool.LookAsync(
            what, "zfs", ["list", "-j", "-p", "-r", "-t", "snapshot", "-o", "name,createtxg,guid", .. places], cancellation);
        return output.IsOk ? DatasetListing.Parse(what, output.Value) : output.Fault;
    }

    private sealed record Point(string Name, string Guid);

    private sealed record Head(string Unit, string Volume, string Dataset, long Written, long SnapshotsChanged)
    {
        public static Head? Of(DatasetRow row, string root, RowReader reader)
        {
            var path = row.Name.Length > root.Length ? row.Name[(root.Length + 1)..].Split('/') : [];
            return path is [var unit, var volume] && Names.IsValid(unit) && Names.IsValid(volume)
                ? new Head(unit, volume, row.Name, reader.Required(row, "written"), reader.Number(row, "snapshots_changed"))
                : null;
        }
    }
}
