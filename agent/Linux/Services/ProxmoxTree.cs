using System.Globalization;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Services;

/// <summary>
/// /etc/pve, the file system that the nodes of a Proxmox cluster share. It may hang: never look from a thread that must go on. Sources:
/// pmxcfs(8), and pve-cluster: a number is given to one guest of the cluster, each change is one for all nodes, and nothing can be
/// changed without quorum.
/// </summary>
/// <param name="root">Where it is mounted.</param>
public sealed class ProxmoxTree(string root = ProxmoxTree.Usual)
{
    /// <summary>Where Proxmox mounts it.</summary>
    public const string Usual = "/etc/pve";

    // pmxcfs takes no larger file.
    private const int MostBytes = 1 << 20;

    /// <summary>The storages that all nodes see; those of unknown kinds are not among them.</summary>
    public IReadOnlySet<string> SharedStorages() => Storages(Read(Path.Combine(root, "storage.cfg")) ?? "");

    /// <summary>Where the configuration of a guest is; null if that cannot be told, as while /etc/pve is not mounted.</summary>
    public GuestPlace? Find(GuestKind kind, int number)
    {
        try
        {
            // A file of pmxcfs itself: an empty folder below the mount has none.
            if (Read(Path.Combine(root, ".members")) is not { } told || ProxmoxMembers.Parse(told) is not { } members)
            {
                return null;
            }

            // By the list of its folder: that a file cannot be looked at would not be told otherwise.
            var own = PathOf(members.Self, kind, number);
            var isHere = Directory.GetFiles(Path.GetDirectoryName(own)!).Contains(own, StringComparer.Ordinal);
            List<string> holders =
            [
                .. Directory.GetDirectories(Path.Combine(root, "nodes")).Select(folder => Path.GetFileName(folder))
                    .Where(node => node == members.Self ? isHere : IsNodeName(node) && File.Exists(PathOf(node, kind, number))).Order(StringComparer.Ordinal),
            ];
            return new GuestPlace(members, holders, holders is [var holder] ? Read(PathOf(holder, kind, number)) : null);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Brings it from the folder of one node into that of another. Zero, or the error number.</summary>
    internal int Move(GuestKind kind, int number, string from, string to) =>
        LibC.rename(PathOf(from, kind, number), PathOf(to, kind, number)) < 0 ? Errno.Last : 0;

    /// <summary>The file, as an operator would name it.</summary>
    internal string PathOf(string node, GuestKind kind, int number) => Path.Combine(
        root, "nodes", node, kind == GuestKind.Machine ? "qemu-server" : "lxc", $"{number.ToString(CultureInfo.InvariantCulture)}.conf");

    // "TYPE: NAME", then its properties, each line indented.
    internal static IReadOnlySet<string> Storages(string text)
    {
        var shared = new HashSet<string>(StringComparer.Ordinal);
        var current = "";
        foreach (var line in text.Split('\n').Where(line => line.Trim() is { Length: > 0 } and not ['#', ..]))
        {
            if (char.IsWhiteSpace(line[0]))
            {
                if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["shared", "1"] && current.Length > 0)
                {
                    shared.Add(current);
                }
            }
            else if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var type, var name])
            {
                current = name;
                if (type is "nfs" or "cifs" or "cephfs" or "rbd" or "iscsi" or "iscsidirect" or "glusterfs" or "zfs" or "pbs" or "drbd")
                {
                    shared.Add(name);
                }
            }
        }

        return shared;
    }

    private static string? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var content = new byte[MostBytes];
            return System.Text.Encoding.UTF8.GetString(content, 0, file.ReadAtLeast(content, MostBytes, throwOnEndOfStream: false));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // It becomes part of what pvesh is asked for.
    private static bool IsNodeName(string name) => name.Length > 0 && name[0] != '-' && name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign == '-');
}
