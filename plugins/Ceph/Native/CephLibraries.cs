using System.Runtime.InteropServices;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>Ceph's libraries, looked for only when a cluster is. A node without this backend needs none.</summary>
internal static class CephLibraries
{
    private static readonly (string File, string Package)[] Needed = [(Rados.Library, "librados2"), (Rbd.Library, "librbd1")];

    /// <summary>Says what is missing, or null.</summary>
    public static Fault? Missing(string what) => Missing(what, Loads);

    public static Fault? Missing(string what, Func<string, bool> loads)
    {
        var missing = Needed.Where(one => !loads(one.File)).ToList();
        return missing.Count == 0
            ? null
            : new Fault(
                FaultCode.NotFound, what, $"{string.Join(" and ", missing.Select(m => m.File))} cannot be loaded",
                $"Install it: apt install {string.Join(' ', missing.Select(m => m.Package))}.", Retry.AfterFix);
    }

    // Never unloaded: Ceph's threads would go on in code that is gone.
    private static bool Loads(string file) => NativeLibrary.TryLoad(file, typeof(CephLibraries).Assembly, DllImportSearchPath.SafeDirectories, out _);
}
