using System.Security.Cryptography;
using System.Text;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Keeping;

namespace NodeAgent.Lab.Machines;

/// <summary>
/// Memory and disk of freshly booted nodes. A scenario starts from it in seconds instead of half a minute.
/// It belongs to one image, one QEMU, one host boot and one set of arguments.
/// </summary>
public sealed class GoldenState(LabFolders folders, string imageHash, string fingerprint, string layer = "")
{
    private string Folder => folders.Golden($"{imageHash}-{fingerprint}{layer}");

    /// <summary>A state that stands on this one: its root disks refer to those of this state.</summary>
    public GoldenState Above(string name) => new(folders, imageHash, fingerprint, "-" + name);

    /// <summary>Nodes are about to be started from it.</summary>
    public void NoteUse() => LabCache.NoteUse(Folder);

    /// <summary>Nobody wants the states of former packages; one that a lab runs on, or another state stands on, goes later.</summary>
    public void ForgetOthersLikeThis()
    {
        var cache = new LabCache(folders);
        foreach (var stale in Directory.GetDirectories(folders.Golden("."), $"{imageHash}-{fingerprint}{layer[..(layer.LastIndexOf('-') + 1)]}*").Where(folder => Path.GetFullPath(folder) != Path.GetFullPath(Folder) && cache.IsFree(folder)))
        {
            cache.Delete(stale);
        }
    }

    public static async Task<GoldenState> FindAsync(LabFolders folders, QemuArguments sample, CancellationToken cancel)
    {
        var version = (await Shell.RunAsync([sample.Image.Emulator, "--version"], TimeSpan.FromSeconds(20), cancel)).Expect();
        var text = version + string.Join(' ', sample.Build(incoming: false));
        var print = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        return new GoldenState(folders, sample.Image.Hash, print);
    }

    public bool Has(int nodes) => Enumerable.Range(1, nodes).All(node => File.Exists(Path.Combine(Folder, $"n{node}.done")));

    public string State(int node) => Path.Combine(Folder, $"n{node}.state");

    /// <summary>When node 1 was saved.</summary>
    public DateTime SavedAt => File.GetLastWriteTimeUtc(Path.Combine(Folder, "n1.done"));

    public string DataDisk(int node, int disk) => Path.Combine(Folder, $"n{node}.d{disk}.raw");

    public string Disk(int node) => Path.Combine(Folder, $"n{node}.qcow2");

    /// <summary>Freezes running nodes together and keeps what they were; they are off afterwards.</summary>
    public async Task SaveAsync(IReadOnlyList<LabNode> nodes, CancellationToken cancel)
    {
        Directory.CreateDirectory(Folder);
        await Task.WhenAll(nodes.Select(node => node.PauseAsync(cancel)));
        await Task.WhenAll(nodes.Select(node => node.SaveStateAsync(State(node.Number), cancel)));
        foreach (var node in nodes)
        {
            node.PowerCut();
            File.Move(Path.Combine(node.Folder, "root.qcow2"), Disk(node.Number), overwrite: true);
            for (var disk = 1; disk <= QemuArguments.DataDisks; disk++)
            {
                File.Move(Path.Combine(node.Folder, $"d{disk}.raw"), DataDisk(node.Number, disk), overwrite: true);
            }

            await File.WriteAllTextAsync(Path.Combine(Folder, $"n{node.Number}.done"), string.Empty, cancel);
        }
    }
}
