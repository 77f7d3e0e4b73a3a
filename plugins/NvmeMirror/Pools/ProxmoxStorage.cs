namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>A storage on ZFS in /etc/pve/storage.cfg.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pool">The pool that it lies on.</param>
/// <param name="Nodes">Where it is used; empty: everywhere.</param>
/// <param name="IsDisabled">Switched off.</param>
internal sealed record ProxmoxStorage(string Name, string Pool, IReadOnlyList<string> Nodes, bool IsDisabled)
{
    /// <summary>Reads the file: "TYPE: NAME", then its properties, each line indented.</summary>
    public static IReadOnlyList<ProxmoxStorage> Read(IEnumerable<string> lines)
    {
        var found = new List<ProxmoxStorage>();
        var current = default(ProxmoxStorage);
        foreach (var line in lines.Where(line => line.Trim() is { Length: > 0 } text && text[0] != '#'))
        {
            if (!char.IsWhiteSpace(line[0]))
            {
                Add(found, current);
                var head = line.Split(':', 2, StringSplitOptions.TrimEntries);
                current = head is ["zfspool", { Length: > 0 } name] ? new ProxmoxStorage(name, "", [], IsDisabled: false) : null;
                continue;
            }

            var words = line.Split((char[]?)null, 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var value = words.Length > 1 ? words[1] : "";
            current = words[0] switch
            {
                "pool" => current is null ? null : current with { Pool = value.Split('/')[0] },
                "nodes" => current is null ? null : current with { Nodes = value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) },
                "disable" => current is null ? null : current with { IsDisabled = value != "0" },
                _ => current,
            };
        }

        Add(found, current);
        return found;
    }

    private static void Add(List<ProxmoxStorage> found, ProxmoxStorage? storage)
    {
        if (storage is { Pool.Length: > 0 })
        {
            found.Add(storage);
        }
    }
}
