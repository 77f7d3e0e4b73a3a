using System.Globalization;
using System.Runtime.InteropServices;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Images;

/// <summary>What is asked of images, with results as values. All members block; only a call lane uses them.</summary>
internal static unsafe class ImageCalls
{
    private const int MostText = 4096;

    /// <summary>Opens an image; for writing it is watched by the cluster as open.</summary>
    public static Outcome<ImageHandle> Open(IoHandle io, string image, string? snapshot, bool write, string what)
    {
        // Its connection may be given up meanwhile: the door stays until the image has a hold of it.
        var isKept = false;
        try
        {
            io.DangerousAddRef(ref isKept);
            var code = write ? Rbd.Open(io, image, out var handle, snapshot) : Rbd.OpenReadOnly(io, image, out handle, snapshot);
            if (code < 0)
            {
                return CephFaults.From(code, what, $"image {image}{(snapshot is null ? "" : "@" + snapshot)}");
            }

            Settle(io);
            return new ImageHandle(handle, io);
        }
        finally
        {
            if (isKept)
            {
                io.DangerousRelease();
            }
        }
    }

    // The thread that tells of an opened image takes a lock in it once more, which closing may have freed: librbd 16 then aborts
    // the process or hangs, within seconds of opening and closing on a loaded machine. That thread's queue answers in order, so
    // once this is answered, it has let go.
    private static void Settle(IoHandle io)
    {
        if (Rados.CreateCompletion(0, 0, out var answered) < 0)
        {
            return;
        }

        try
        {
            if (Rados.BeginFlush(io, answered) >= 0)
            {
                _ = Rados.WaitForCompletion(answered);
            }
        }
        finally
        {
            Rados.ReleaseCompletion(answered);
        }
    }

    public static Outcome Create(IoHandle io, string image, long bytes, ImageLayout layout, string what)
    {
        Rbd.CreateOptions(out var options);
        try
        {
            var code = Set(options, layout);
            code = code < 0 ? code : Rbd.Create(io, image, checked((ulong)bytes), options);
            return code < 0 ? CephFaults.From(code, what, $"image {image}") : Outcome.Done;
        }
        finally
        {
            Rbd.DestroyOptions(options);
        }
    }

    /// <summary>Clones a protected snapshot; the clone stands on it until it is flattened or deleted.</summary>
    public static Outcome Clone(IoHandle io, string parent, string snapshot, string child, ImageLayout layout, string what)
    {
        Rbd.CreateOptions(out var options);
        try
        {
            var code = Set(options, layout);
            code = code < 0 ? code : Rbd.SetOption(options, Rbd.OptionCloneFormat, 1UL);
            code = code < 0 ? code : Rbd.Clone(io, parent, snapshot, io, child, options);
            return code < 0 ? CephFaults.From(code, what, $"clone {child} of {parent}@{snapshot}") : Outcome.Done;
        }
        finally
        {
            Rbd.DestroyOptions(options);
        }
    }

    public static Outcome<long> Size(ImageHandle image, string what)
    {
        var code = Rbd.GetSize(image, out var size);
        return code < 0 ? CephFaults.From(code, what) : checked((long)size);
    }

    public static Outcome<string> Id(ImageHandle image, string what)
    {
        var text = stackalloc byte[MostText];
        var code = Rbd.GetId(image, text, MostText);
        return code < 0 ? CephFaults.From(code, what) : Marshal.PtrToStringUTF8((nint)text) ?? "";
    }

    /// <summary>What an image is a clone of: "image@snapshot"; null if it is none.</summary>
    public static string? Parent(ImageHandle image)
    {
        var text = stackalloc byte[3 * MostText];
        return Rbd.GetParent(image, text, MostText, text + MostText, MostText, text + (2 * MostText), MostText) < 0
            ? null
            : $"{Marshal.PtrToStringUTF8((nint)text + MostText)}@{Marshal.PtrToStringUTF8((nint)text + (2 * MostText))}";
    }

    /// <summary>The snapshots that somebody made on purpose. Those that mirroring made are mirroring's to take away.</summary>
    public static Outcome<IReadOnlyList<ImageSnapshot>> Snapshots(ImageHandle image, string what) => AllSnapshots(image, what)
        .Map<IReadOnlyList<ImageSnapshot>>(all => [.. all.Where(snapshot => !snapshot.Name.StartsWith(".mirror.", StringComparison.Ordinal))]);

    public static Outcome<IReadOnlyList<ImageSnapshot>> AllSnapshots(ImageHandle image, string what)
    {
        var room = 16;
        while (true)
        {
            var all = new SnapshotSpec[room];
            fixed (SnapshotSpec* first = all)
            {
                var code = Rbd.ListSnapshots(image, first, ref room);
                if (code == -Errno.Range)
                {
                    continue;
                }

                if (code < 0)
                {
                    return CephFaults.From(code, what);
                }

                var found = all.Take(code).Select(s => new ImageSnapshot(s.Id, Marshal.PtrToStringUTF8(s.Name) ?? "", (long)s.Size)).ToList();
                if (code > 0)
                {
                    Rbd.FreeSnapshots(first);
                }

                return found;
            }
        }
    }

    /// <summary>Addresses of the clients that have the image open for writing, or hold its lock.</summary>
    public static Outcome<IReadOnlySet<string>> Clients(ImageHandle image, string what)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var code = Watchers(image, found);
        code = code < 0 ? code : LockOwners(image, found);
        found.Remove("");
        return code < 0 ? CephFaults.From(code, what) : found;
    }

    /// <summary>True if clients pass the image's lock among each other: the kernel then makes no snapshot's instant sure.</summary>
    public static Outcome<bool> HasLock(ImageHandle image, string what)
    {
        var code = Rbd.GetFeatures(image, out var features);
        return code < 0 ? CephFaults.From(code, what) : (features & Rbd.FeatureLock) != 0;
    }

    /// <summary>Names of all images in the pool.</summary>
    public static Outcome<IReadOnlySet<string>> Names(IoHandle io, string what)
    {
        nuint room = 256;
        while (true)
        {
            var all = new ImageSpec[room];
            fixed (ImageSpec* first = all)
            {
                var code = Rbd.List(io, first, ref room);
                if (code == -Errno.Range)
                {
                    continue;
                }

                if (code < 0)
                {
                    return CephFaults.From(code, what);
                }

                var names = all.Take((int)room).Select(i => Marshal.PtrToStringUTF8(i.Name) ?? "").ToHashSet(StringComparer.Ordinal);
                Rbd.FreeList(first, room);
                return names;
            }
        }
    }

    /// <summary>What a call that returns a code means.</summary>
    public static Outcome Done(int code, string what, string told = "") => code < 0 ? CephFaults.From(code, what, told) : Outcome.Done;

    private static int Set(nint options, ImageLayout layout)
    {
        var striped = layout.StripeCount > 1;
        var code = Rbd.SetOption(options, Rbd.OptionFeatures, layout.Features | (striped ? Rbd.FeatureStriping : 0));
        code = code < 0 ? code : Rbd.SetOption(options, Rbd.OptionOrder, (ulong)layout.ObjectOrder);
        code = code < 0 || layout.DataPool is null ? code : Rbd.SetOption(options, Rbd.OptionDataPool, layout.DataPool);
        code = code < 0 || !striped ? code : Rbd.SetOption(options, Rbd.OptionStripeUnit, (ulong)layout.StripeUnit);
        return code < 0 || !striped ? code : Rbd.SetOption(options, Rbd.OptionStripeCount, (ulong)layout.StripeCount);
    }

    private static int Watchers(ImageHandle image, HashSet<string> found)
    {
        nuint room = 16;
        while (true)
        {
            var all = new WatcherSpec[room];
            fixed (WatcherSpec* first = all)
            {
                var code = Rbd.ListWatchers(image, first, ref room);
                if (code == -Errno.Range)
                {
                    continue;
                }

                if (code < 0)
                {
                    return code;
                }

                found.UnionWith(all.Take((int)room).Select(w => Addresses.Normal(Marshal.PtrToStringUTF8(w.Address) ?? "")));
                Rbd.FreeWatchers(first, room);
                return 0;
            }
        }
    }

    // Told as it was when the image was opened, which is enough: it is opened to be asked.
    private static int LockOwners(ImageHandle image, HashSet<string> found)
    {
        const int Parts = 4;
        nuint room = MostText;
        while (true)
        {
            var text = new byte[Parts * room];
            var (tag, clients, cookies, addresses) = (room, room, room, room);
            fixed (byte* first = text)
            {
                var count = Rbd.ListLockers(
                    image, out _, first, ref tag, first + room, ref clients, first + (2 * room), ref cookies, first + (3 * room), ref addresses);
                if (count == -Errno.Range)
                {
                    room *= 4;
                    continue;
                }

                var next = first + (3 * room);
                for (var i = 0; i < count; i++)
                {
                    var address = Marshal.PtrToStringUTF8((nint)next) ?? "";
                    found.Add(Addresses.Normal(address));
                    next += System.Text.Encoding.UTF8.GetByteCount(address) + 1;
                }

                return count < 0 ? (int)count : 0;
            }
        }
    }

    /// <summary>The identity of a snapshot of an image: in no other snapshot the same.</summary>
    public static string Guid(string imageId, ulong snapshot) => string.Create(CultureInfo.InvariantCulture, $"{imageId}.{snapshot}");
}
