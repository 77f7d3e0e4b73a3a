using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Snapshots;

/// <summary>Taking snapshots of one image away. All members block; only a call lane uses them.</summary>
internal static class ImageSnapshots
{
    /// <summary>Removes all; if a clone stands on one, none: all are unprotected first, and that is undone.</summary>
    public static Outcome RemoveAll(ImageHandle image, string what)
    {
        var all = ImageCalls.Snapshots(image, what);
        return all.IsOk ? Remove(image, [.. all.Value.Select(s => s.Name)], what) : all.Fault;
    }

    /// <summary>Removes snapshots. Absent ones: done. Cloned ones: <see cref="FaultCode.InUse"/>, and none is removed.</summary>
    public static Outcome Remove(ImageHandle image, IReadOnlyList<string> names, string what)
    {
        var unprotected = new List<string>();
        foreach (var name in names)
        {
            var code = Rbd.IsProtected(image, name, out var isProtected);
            code = code < 0 || isProtected == 0 ? code : Rbd.Unprotect(image, name);
            if (code is < 0 and not -Errno.NoEntry)
            {
                unprotected.ForEach(u => _ = Rbd.Protect(image, u));
                return code == -Errno.Busy ? Cloned(name, what) : CephFaults.From(code, what, $"unprotecting {name}");
            }

            if (code >= 0 && isProtected != 0)
            {
                unprotected.Add(name);
            }
        }

        foreach (var name in names)
        {
            var code = Rbd.RemoveSnapshot(image, name);
            if (code is < 0 and not -Errno.NoEntry)
            {
                return CephFaults.From(code, what, $"removing {name}");
            }
        }

        return Outcome.Done;
    }

    private static Fault Cloned(string snapshot, string what) =>
        new(FaultCode.InUse, what, $"clones stand on snapshot {snapshot}", "Delete or flatten them: rbd children, rbd flatten.", Retry.AfterFix)
        {
            Facts = new Dictionary<string, string> { [snapshot] = "cloned" },
        };
}
