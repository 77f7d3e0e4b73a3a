using System.Runtime.InteropServices;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>What is asked of librbd about mirroring. All members block; only a call lane uses them.</summary>
internal static unsafe class MirrorCalls
{
    private const int Page = 256;

    /// <summary>Whether images of the pool can be mirrored.</summary>
    public static Outcome<bool> IsOn(IoHandle io, string what)
    {
        var code = RbdMirror.GetMode(io, out var mode);
        return code < 0 ? CephFaults.From(code, what, "the pool's mirroring") : mode != RbdMirror.ModeDisabled;
    }

    /// <summary>Other sites.</summary>
    public static Outcome<IReadOnlyList<MirrorPeer>> Peers(IoHandle io, string what)
    {
        var room = 8;
        while (true)
        {
            var all = new MirrorPeerSpec[room];
            fixed (MirrorPeerSpec* first = all)
            {
                var code = RbdMirror.ListPeers(io, first, ref room);
                if (code == -Errno.Range)
                {
                    continue;
                }

                if (code < 0)
                {
                    return CephFaults.From(code, what, "the pool's other sites");
                }

                var found = all.Take(room).Select(p => new MirrorPeer(Text(p.MirrorUuid), Text(p.SiteName), p.Direction, Text(p.ClientName), p.LastSeen)).ToList();
                RbdMirror.FreePeers(first, room);
                return found;
            }
        }
    }

    /// <summary>All mirrored images of the pool, with what each site said of them.</summary>
    public static Outcome<IReadOnlyList<MirrorImage>> Images(IoHandle io, string what)
    {
        // The list of what sites said leaves out whose the image is: it is in another one.
        var primary = Primary(io, what);
        if (!primary.IsOk)
        {
            return primary.Fault;
        }

        var found = new List<MirrorImage>();
        var after = "";
        while (true)
        {
            var ids = new nint[Page];
            var all = new MirrorImageSpec[Page];
            nuint count = Page;
            fixed (nint* firstId = ids)
            fixed (MirrorImageSpec* first = all)
            {
                var code = RbdMirror.ListImages(io, after, Page, firstId, first, ref count);
                if (code < 0)
                {
                    return CephFaults.From(code, what, "the pool's mirrored images");
                }

                found.AddRange(all.Take((int)count).Zip(ids, (image, id) => (Image: image, Id: Text(id)))
                    .Where(i => primary.Value.ContainsKey(i.Id)).Select(i => Told(i.Image, primary.Value[i.Id])));
                after = count > 0 ? Text(ids[(int)count - 1]) : "";
                RbdMirror.FreeImages(firstId, first, count);
            }

            if (count < Page)
            {
                return found;
            }
        }
    }

    /// <summary>Whether an image may be written at this site; null if it is not mirrored.</summary>
    public static Outcome<bool?> IsPrimary(ImageHandle image, string what)
    {
        var code = RbdMirror.GetInfo(image, out var info, (nuint)sizeof(MirrorInfoSpec));
        if (code < 0)
        {
            return CephFaults.From(code, what, "the image's mirroring");
        }

        bool? isPrimary = info.State == RbdMirror.ImageEnabled ? info.Primary != 0 : null;
        RbdMirror.FreeInfo(ref info);
        return new Outcome<bool?>(isPrimary);
    }

    /// <summary>When the newest snapshot was made that mirroring made here, or brought here in whole; null if there is none.</summary>
    public static Outcome<DateTimeOffset?> Newest(ImageHandle image, string what)
    {
        var all = ImageCalls.AllSnapshots(image, what);
        if (!all.IsOk)
        {
            return all.Fault;
        }

        foreach (var snapshot in all.Value.OrderByDescending(s => s.Id))
        {
            if (WholeState(image, snapshot.Id) is not null && RbdMirror.GetSnapshotTime(image, snapshot.Id, out var at) >= 0)
            {
                return DateTimeOffset.FromUnixTimeSeconds(at.Seconds).AddTicks(at.Nanoseconds / 100);
            }
        }

        return new Outcome<DateTimeOffset?>((DateTimeOffset?)null);
    }

    /// <summary>True if the newest whole snapshot of mirroring was brought here, not made here: what was here before is not any more.</summary>
    public static Outcome<bool> IsFromOther(ImageHandle image, string what) => ImageCalls.AllSnapshots(image, what).Map(all =>
        all.OrderByDescending(s => s.Id).Select(s => WholeState(image, s.Id)).FirstOrDefault(state => state is not null) is { } newest && newest >= RbdMirror.SnapshotOfOther);

    // Null: it is none of mirroring, or not whole.
    private static int? WholeState(ImageHandle image, ulong snapshot)
    {
        if (RbdMirror.GetSnapshotKind(image, snapshot, out var kind) < 0 || kind != RbdMirror.SnapshotOfMirror
            || RbdMirror.GetSnapshotMirror(image, snapshot, out var mirror, (nuint)sizeof(MirrorSnapshotSpec)) < 0)
        {
            return null;
        }

        int? state = mirror.Complete != 0 ? mirror.State : null;
        _ = RbdMirror.FreeSnapshotMirror(ref mirror, (nuint)sizeof(MirrorSnapshotSpec));
        return state;
    }

    // Images by their identity: whether this site may write them.
    private static Outcome<IReadOnlyDictionary<string, bool>> Primary(IoHandle io, string what)
    {
        var found = new Dictionary<string, bool>(StringComparer.Ordinal);
        var after = "";
        while (true)
        {
            var (ids, modes, infos) = (new nint[Page], new int[Page], new MirrorInfoSpec[Page]);
            nuint count = Page;
            var mode = RbdMirror.ImageModeSnapshot;
            fixed (nint* firstId = ids)
            fixed (int* firstMode = modes)
            fixed (MirrorInfoSpec* first = infos)
            {
                var code = RbdMirror.ListInfos(io, &mode, after, Page, firstId, firstMode, first, ref count);
                if (code < 0)
                {
                    return CephFaults.From(code, what, "the pool's mirrored images");
                }

                for (var i = 0; i < (int)count; i++)
                {
                    after = Text(ids[i]);
                    if (infos[i].State == RbdMirror.ImageEnabled)
                    {
                        found[after] = infos[i].Primary != 0;
                    }
                }

                RbdMirror.FreeInfos(firstId, first, count);
            }

            if (count < Page)
            {
                return found;
            }
        }
    }

    private static MirrorImage Told(MirrorImageSpec image, bool isPrimary)
    {
        var sites = new List<MirrorSite>();
        foreach (var site in new ReadOnlySpan<MirrorSiteSpec>((void*)image.Sites, (int)image.SiteCount))
        {
            sites.Add(new MirrorSite(Text(site.MirrorUuid), site.State, Text(site.Description), site.LastUpdate, site.Up != 0));
        }

        return new MirrorImage(Text(image.Name), isPrimary, sites);
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";
}
