using System.Security.Cryptography;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Ceph;

/// <summary>What a node needs of Ceph, fetched once and kept beside the images: it is not part of them.</summary>
internal static class CephPackages
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly SemaphoreSlim Fetching = new(1);

    /// <summary>The script that makes a Ceph of three nodes; it runs on them.</summary>
    public static string NodeScript => Script("lab-ceph.sh");

    private static string TreeScript => Script("lab-ceph-tree.sh");

    /// <summary>The archive to unpack on a node.</summary>
    public static async Task<string> TreeAsync(CancellationToken cancel)
    {
        var script = await File.ReadAllBytesAsync(TreeScript, cancel);
        var folder = Directory.CreateDirectory(Path.Combine(new LabFolders().Cache, "ceph")).FullName;
        var tree = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(script))[..12] + ".tar");
        await Fetching.WaitAsync(cancel);
        try
        {
            return File.Exists(tree) ? tree : await FetchAsync(tree, cancel);
        }
        finally
        {
            _ = Fetching.Release();
        }
    }

    private static async Task<string> FetchAsync(string tree, CancellationToken cancel)
    {
        (await Shell.RunAsync(["bash", TreeScript, Path.Combine(LabFolders.Recipe, "sources.sh"), tree], Limit, cancel)).Expect();
        Say.Line($"Ceph fetched: {new FileInfo(tree).Length >> 20} MiB");
        return tree;
    }

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "client", name);
}
