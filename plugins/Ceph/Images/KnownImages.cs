using System.Text;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Images;

/// <summary>
/// Images by the ids that the index keeps: one that was deleted and made anew under its name while the volume was closed is not ours, unless somebody
/// says that it is meant, by its metadata. All members block; only a call lane uses them.
/// </summary>
internal static class KnownImages
{
    private const string Accepted = "nodeagent.accepted";
    private const int Most = 256;

    /// <summary>The ids that a unit's images have now, by volume. A fault if one is not the one that the index knows.</summary>
    public static Outcome<IReadOnlyDictionary<string, string>> Check(IoHandle io, string pool, string unit, UnitEntries entries, string what)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var volume in entries.Made)
        {
            var (image, known) = (Keys.Image(unit, volume), entries.Volumes[volume].Record.Image);
            var now = ExchangedImages.IdBehind(io, image, what);
            if (!now.IsOk)
            {
                return now.Fault;
            }

            // One that is not there is told by who opens it.
            if (known is not null && now.Value.Length > 0 && now.Value != known && !IsAccepted(io, image, now.Value, what))
            {
                return Refuse(pool, image, known, now.Value, what);
            }

            ids[volume] = now.Value;
        }

        return ids;
    }

    /// <summary>Why a volume's image is not to be deleted: it is not the volume's. Null: it is, or there is none.</summary>
    /// <param name="io">The pool.</param>
    /// <param name="pool">Its name.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="known">The id that the index knows; null: none.</param>
    /// <param name="open">The id of the image that is open here; null: none is.</param>
    /// <param name="what">What for.</param>
    public static Fault? RefuseDeletion(IoHandle io, string pool, VolumeId volume, string? known, string? open, string what)
    {
        var image = Keys.Image(volume.Unit.Name, volume.Name);
        var now = ExchangedImages.IdBehind(io, image, what);
        if (!now.IsOk)
        {
            return now.Fault;
        }

        if ((open ?? known) is not { } right || now.Value == right)
        {
            return null;
        }

        // Its snapshots would go with the image that is open, and whatever has the name into the trash.
        return open is not null ? ExchangedImages.Refuse(volume.Unit.Name, [volume.Name], what)
            : now.Value.Length > 0 && !IsAccepted(io, image, now.Value, what) ? Refuse(pool, image, right, now.Value, what) : null;
    }

    /// <summary>What the index is told of the images that are open, where it knows others or none.</summary>
    public static (IReadOnlyList<IndexEntry> Known, IReadOnlyList<IndexEntry> Next) Adopt(string unit, UnitEntries entries, IReadOnlyDictionary<string, string> ids)
    {
        var fresh = ids.Where(one => entries.Volumes[one.Key].Record.Image != one.Value).ToList();
        return (
            [.. fresh.Select(one => new IndexEntry(Keys.Volume(unit, one.Key), entries.Volumes[one.Key].Bytes))],
            [.. fresh.Select(one => new IndexEntry(Keys.Volume(unit, one.Key), UnitIndex.Bytes(entries.Volumes[one.Key].Record with { Image = one.Value })))]);
    }

    private static Fault Refuse(string pool, string image, string known, string now, string what) => new(
        FaultCode.PreconditionFailed, what,
        $"the image that is called {image} now (id {now}) is not the one that the volume had (id {known}): somebody deleted or renamed that, and gave its name to another",
        $"Give the right one its name: rbd info, rbd trash ls, rbd rename. If this one is meant, such as a copy that was restored: rbd image-meta set {pool}/{image} {Accepted} {now}, then try again.",
        Retry.AfterFix);

    private static unsafe bool IsAccepted(IoHandle io, string image, string id, string what)
    {
        var opened = ImageCalls.Open(io, image, null, write: false, what);
        if (!opened.IsOk)
        {
            return false;
        }

        using (opened.Value)
        {
            var text = stackalloc byte[Most];
            nuint length = Most;
            return Rbd.GetMetadata(opened.Value, Accepted, text, ref length) >= 0
                && Encoding.UTF8.GetString(text, (int)Math.Min(length, Most)).TrimEnd('\0') == id;
        }
    }
}
