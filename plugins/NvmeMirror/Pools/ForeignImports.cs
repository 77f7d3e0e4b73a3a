using NodeAgent.Plugins.NvmeMirrorBackend.Files;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>
/// Who else would import the pool: boot units, what they read, Proxmox. One that imports the half of a node that was replaced
/// writes what the cluster knows nothing of. Looks, and changes nothing.
/// </summary>
internal sealed class ForeignImports(Parts parts)
{
    private const string ByCache = "zfs-import-cache.service";
    private const string ByScan = "zfs-import-scan.service";
    private static readonly string[] Starts = [".wants", ".requires"];

    private string Pool => parts.Options.Pool;

    private string Systemd => Path.Combine(parts.Places.Etc, "systemd", "system");

    /// <summary>Each one found, with what to do.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellation)
    {
        List<string> found = [.. AtBoot(), .. ByProxmox()];
        if (parts.Tool.IsImported && await parts.Tool.CacheFileAsync("cannot look at the cachefile", cancellation) is { IsOk: true, Value: not "none" } file)
        {
            found.Add($"Pool {Pool} writes itself into {(file.Value == "-" ? "/etc/zfs/zpool.cache" : file.Value)}, which may import it at boot: 'zpool set cachefile=none {Pool}'.");
        }

        return found;
    }

    private IEnumerable<string> AtBoot()
    {
        if (IsInCache(KernelFiles.Read(Path.Combine(parts.Places.Etc, "zfs", "zpool.cache")) ?? ""))
        {
            yield return $"/etc/zfs/zpool.cache names pool {Pool}: {(IsEnabled(ByCache) ? $"{ByCache} would import it at the next boot" : $"{ByCache}, which is not enabled now, or an initramfs with this file would import it")}"
                + $" behind the agent's back. 'zpool set cachefile=none {Pool}' where it is imported; else remove the file, 'update-initramfs -u'.";
        }

        if (IsEnabled(ByScan))
        {
            yield return $"{ByScan} is enabled: at boot it imports every pool that it finds, {Pool} too. 'systemctl mask {ByScan}'.";
        }

        foreach (var unit in Started().Where(unit => unit.StartsWith("zfs-import@", StringComparison.Ordinal)
            && unit["zfs-import@".Length..].Replace(".service", "", StringComparison.Ordinal).Replace("\\x2d", "-", StringComparison.Ordinal) == Pool && !IsMasked(unit)).Distinct(StringComparer.Ordinal))
        {
            yield return $"{unit} is enabled (Proxmox makes such units): it imports pool {Pool} at boot. 'systemctl disable {unit}'.";
        }

        foreach (var line in Lines("default", "zfs"))
        {
            if (Setting(line, "ZPOOL_IMPORT_ALL_VISIBLE") is "yes" or "1" or "true" or "on")
            {
                yield return "/etc/default/zfs imports all visible pools at boot: set ZPOOL_IMPORT_ALL_VISIBLE='no'.";
            }

            if (Setting(line, "ZFS_POOL_IMPORT")?.Split([' ', ';'], StringSplitOptions.RemoveEmptyEntries).Contains(Pool, StringComparer.Ordinal) == true)
            {
                yield return $"/etc/default/zfs has the initramfs import pool {Pool}: take it out of ZFS_POOL_IMPORT, 'update-initramfs -u'.";
            }
        }
    }

    /// <summary>Proxmox imports the pool of every storage that is switched on for a node, again and again.</summary>
    private IEnumerable<string> ByProxmox()
    {
        foreach (var storage in ProxmoxStorage.Read(Lines("pve", "storage.cfg")).Where(storage => storage.Pool == Pool && !storage.IsDisabled))
        {
            // On the writer alone it does what is done already. After a takeover it does not: then this is told.
            var isHarmless = parts.Tool.IsImported && storage.Nodes is [{ } only] && only == parts.Self.Value;
            if (!isHarmless && IsForThisNode(storage.Nodes))
            {
                yield return $"/etc/pve/storage.cfg has storage '{storage.Name}' on pool {Pool}: Proxmox imports it on every node where that is enabled, this one too."
                    + $" 'pvesm set {storage.Name} --nodes' with the writer only, or '--disable 1'.";
            }
        }
    }

    // Names of other nodes only say nothing: Proxmox may call this one otherwise than the agent does.
    private bool IsForThisNode(IReadOnlyList<string> nodes) =>
        nodes.Contains(parts.Self.Value, StringComparer.Ordinal) || !nodes.Contains(parts.Peer.Value, StringComparer.Ordinal);

    // In the file a name stands behind its length; "tank" is no part of "tank2".
    private bool IsInCache(string text)
    {
        for (var at = text.IndexOf(Pool, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Pool, at + 1, StringComparison.Ordinal))
        {
            var end = at + Pool.Length;
            if ((end == text.Length || !IsOfName(text[end])) && (at == 0 || text[at - 1] == (char)Pool.Length || !IsOfName(text[at - 1])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':';

    private bool IsEnabled(string unit) => Started().Contains(unit, StringComparer.Ordinal) && !IsMasked(unit);

    private bool IsMasked(string unit) => new FileInfo(Path.Combine(Systemd, unit)).LinkTarget == "/dev/null";

    private IEnumerable<string> Started() => KernelFiles.List(Systemd).Where(name => Array.Exists(Starts, end => name.EndsWith(end, StringComparison.Ordinal)))
        .SelectMany(folder => KernelFiles.List(Path.Combine(Systemd, folder)));

    private string[] Lines(string folder, string file) => (KernelFiles.Read(Path.Combine(parts.Places.Etc, folder, file)) ?? "").Split('\n');

    private static string? Setting(string line, string name) =>
        line.Trim() is var text && text.StartsWith(name + "=", StringComparison.Ordinal) ? text[(name.Length + 1)..].Trim('\'', '"', ' ') : null;
}
