using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>Reads how mirroring is: a few calls for the whole pool. Remembers what copies held, for when nobody tells. All members block.</summary>
internal sealed class MirrorReader(UnitGate gate)
{
    private const string What = "cannot look at mirrors";

    private readonly ConcurrentDictionary<string, DateTimeOffset> remembered = new(StringComparer.Ordinal);

    /// <summary>All units that are mirrored, or one that need not be.</summary>
    public Outcome<SiteSight> Read(Connection connection, string? unit)
    {
        var isOn = MirrorCalls.IsOn(connection.Io, What);
        if (!isOn.IsOk)
        {
            return isOn.Fault;
        }

        var sight = new SiteSight(connection.SiteName(), isOn.Value, gate.Options.MirrorEvery);
        if (!isOn.Value && unit is null)
        {
            return sight;
        }

        var peers = MirrorCalls.Peers(connection.Io, What);
        var images = peers.IsOk ? MirrorCalls.Images(connection.Io, What) : peers.Fault;
        var entries = images.IsOk ? gate.Index.Read(connection.Io, Keys.Volumes, What) : images.Fault;
        var units = entries.IsOk ? gate.Index.Read(connection.Io, Keys.Units, What) : entries.Fault;
        if (!units.IsOk)
        {
            return units.Fault;
        }

        try
        {
            var read = WithGone(connection, Units(sight, peers.Value, images.Value, entries.Value, units.Value, unit));
            return read.Map(all => sight with
            {
                Peers = [.. peers.Value.Select(Told)],
                Daemons = images.Value.Count > 0 || unit is not null ? Daemons(connection) : null,
                Units = unit is null ? all : [.. all.Select(one => Closely(connection, one))],
            });
        }
        catch (JsonException wrong)
        {
            return UnitIndex.Unreadable(What, wrong);
        }
    }

    private IReadOnlyList<UnitMirror> Units(
        SiteSight sight, IReadOnlyList<MirrorPeer> peers, IReadOnlyList<MirrorImage> images, IReadOnlyList<IndexEntry> volumes, IReadOnlyList<IndexEntry> units, string? only)
    {
        var names = peers.Where(peer => peer.MirrorUuid.Length > 0).ToDictionary(peer => peer.MirrorUuid, peer => peer.Site, StringComparer.Ordinal);
        names[""] = sight.Site;
        var known = UnitIndex.Named(units, Keys.Units, RecordJson.Default.UnitRecord);
        var byImage = images.ToDictionary(image => image.Name, StringComparer.Ordinal);
        var made = UnitIndex.Named(volumes, Keys.Volumes, RecordJson.Default.VolumeRecord).Where(volume => volume.Value.Record.IsMade).Select(volume => Split(volume.Key, '/'));
        var copies = byImage.Values.Where(image => !image.IsPrimary).Select(image => Split(image.Name, '+')).ToList();

        // Of a unit that nobody has taken up here some volumes may be sources already: by hand, or when taking it up was cut off.
        var strange = copies.Select(name => name.Unit).Append(only).OfType<string>().Where(unit => !known.ContainsKey(unit)).ToHashSet(StringComparer.Ordinal);
        var all = made.Concat(copies).Concat(byImage.Keys.Select(name => Split(name, '+')).Where(name => strange.Contains(name.Unit)))
            .Where(name => Names.IsValid(name.Unit) && Names.IsValid(name.Volume) && (only is null || name.Unit == only))
            .Distinct().GroupBy(name => name.Unit, name => name.Volume, StringComparer.Ordinal);
        return
        [
            .. all.Select(group => One(group.Key, group, known.GetValueOrDefault(group.Key)?.Record, byImage, names))
                .Where(one => only is not null || one.Role != SiteRole.None || one.Away is not null).OrderBy(one => one.Unit.Name, StringComparer.Ordinal),
        ];
    }

    private UnitMirror One(string unit, IEnumerable<string> volumes, UnitRecord? record, Dictionary<string, MirrorImage> images, Dictionary<string, string> names)
    {
        var id = new UnitId(gate.Context.Id, unit);
        return new UnitMirror(id, [.. volumes.Order(StringComparer.Ordinal).Select(volume => Judge(new VolumeId(id, volume), images, names))])
        {
            Away = record?.Away,
            IsKnown = record is not null,
            OpenOn = record is { IsOpen: true } ? new NodeId(record.Holder) : null,
        };
    }

    private VolumeMirror Judge(VolumeId volume, Dictionary<string, MirrorImage> images, Dictionary<string, string> names)
    {
        var image = images.GetValueOrDefault(Keys.Image(volume.Unit.Name, volume.Name));
        var key = volume.ToString();
        var judged = MirrorJudge.Judge(volume, image, names, gate.Context.Time.GetUtcNow(), remembered.TryGetValue(key, out var last) ? last : null);
        if (judged.HeldByCopy is { } held)
        {
            remembered[key] = held;
        }
        else
        {
            // A new life of the copy: what it held before says nothing of it.
            remembered.TryRemove(key, out _);
        }

        return judged;
    }

    // The source's site has ended the mirroring and its daemon took the copy away, or it is just being copied anew.
    private static Outcome<IReadOnlyList<UnitMirror>> WithGone(Connection connection, IReadOnlyList<UnitMirror> units)
    {
        if (!units.Any(unit => unit.Away is not null && unit.Volumes.Any(volume => volume.Role == SiteRole.None)))
        {
            return new Outcome<IReadOnlyList<UnitMirror>>(units);
        }

        return ImageCalls.Names(connection.Io, What).Map<IReadOnlyList<UnitMirror>>(here =>
            [.. units.Select(unit => unit.Away is null ? unit : unit with { Volumes = [.. unit.Volumes.Select(volume => volume with { IsGone = IsGone(volume, here) })] })]);
    }

    private static bool IsGone(VolumeMirror volume, IReadOnlySet<string> images) =>
        volume.Role == SiteRole.None && !images.Contains(Keys.Image(volume.Volume.Unit.Name, volume.Volume.Name));

    private static UnitMirror Closely(Connection connection, UnitMirror unit) =>
        unit with { Volumes = [.. unit.Volumes.Select(volume => volume.Role == SiteRole.None ? volume : Closely(connection, volume))] };

    private static VolumeMirror Closely(Connection connection, VolumeMirror volume)
    {
        var image = ImageCalls.Open(connection.Io, Keys.Image(volume.Volume.Unit.Name, volume.Volume.Name), null, write: false, What);
        if (!image.IsOk)
        {
            return volume;
        }

        using (image.Value)
        {
            var newest = MirrorCalls.Newest(image.Value, What);
            return newest.IsOk ? volume with { NewestHere = newest.Value } : volume;
        }
    }

    private static SitePeer Told(MirrorPeer peer) => new(
        peer.Site, peer.Direction switch { 0 => "receives", 1 => "sends", _ => "both" }, peer.User,
        peer.LastSeen > 0 ? DateTimeOffset.FromUnixTimeSeconds(peer.LastSeen) : null);

    // One that may not be asked is not the same as none.
    private IReadOnlyList<SiteDaemon>? Daemons(Connection connection)
    {
        var told = connection.Command(new JsonObject { ["prefix"] = "service status" }, What);
        return told.IsOk ? MirrorDaemons.Of(told.Value, gate.Options.Pool) : null;
    }

    private static (string Unit, string Volume) Split(string name, char at)
    {
        var where = name.IndexOf(at, StringComparison.Ordinal);
        return where < 0 ? (name, "") : (name[..where], name[(where + 1)..]);
    }
}
