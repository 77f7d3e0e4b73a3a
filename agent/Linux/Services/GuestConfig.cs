namespace NodeAgent.Linux.Services;

/// <summary>The configuration of a guest, as in its file or as <c>qm config</c> prints it: lines "key: value". Sources: qm.conf(5), pct.conf(5).</summary>
public sealed class GuestConfig
{
    // More than any guest can have: what is longer is not a configuration.
    private const int MostLines = 10_000;

    private readonly Dictionary<string, string> settings = new(StringComparer.Ordinal);

    private GuestConfig()
    {
    }

    /// <summary>The task of Proxmox that holds the guest; null if none does.</summary>
    public string? Lock => settings.GetValueOrDefault("lock") is { Length: > 0 } held ? held : null;

    /// <summary>True if Proxmox starts it at boot.</summary>
    public bool StartsAtBoot => settings.GetValueOrDefault("onboot") == "1";

    /// <summary>Never fails: what is no setting is passed over.</summary>
    public static GuestConfig Parse(string text)
    {
        var config = new GuestConfig();
        foreach (var line in text.Split('\n', MostLines + 1).Take(MostLines).Select(line => line.Trim()))
        {
            // From here on it is a snapshot, or what is to become true later.
            if (line.StartsWith('['))
            {
                break;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[0] != '#')
            {
                config.settings[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }

        return config;
    }

    /// <summary>What it uses that only one node has, as far as its configuration alone tells: devices, paths, and images on storages that nodes do not share.</summary>
    public IReadOnlyList<string> BoundTo(IReadOnlySet<string> sharedStorages) =>
        [.. settings.Where(setting => IsBound(setting.Key, setting.Value, sharedStorages)).Select(setting => $"{setting.Key} ({PartFaults.Short(setting.Value, "")})").Order(StringComparer.Ordinal)];

    // A mapping has an entry for each node, a socket or a spice channel is made anew anywhere.
    private static bool IsBound(string key, string value, IReadOnlySet<string> sharedStorages)
    {
        var first = value.Split(',')[0];
        return key.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') switch
        {
            "hostpci" => !first.StartsWith("mapping=", StringComparison.Ordinal),
            "usb" => !first.StartsWith("mapping=", StringComparison.Ordinal) && !first.EndsWith("spice", StringComparison.Ordinal),
            "serial" or "parallel" or "dev" => first.Contains("/dev/", StringComparison.Ordinal),
            "mp" => first.StartsWith('/') && !IsShared(value),
            "ide" or "sata" or "scsi" or "virtio" => IsBoundDrive(first, value, sharedStorages),
            _ => false,
        };
    }

    private static bool IsBoundDrive(string first, string value, IReadOnlySet<string> sharedStorages)
    {
        var file = first.StartsWith("file=", StringComparison.Ordinal) ? first["file=".Length..] : first;
        return file.StartsWith('/') ? !IsShared(value)
            : file == "cdrom" || (file.Split(':') is [var storage, var volume] && volume.StartsWith("iso/", StringComparison.Ordinal) && !sharedStorages.Contains(storage));
    }

    private static bool IsShared(string value) => value.Split(',').Contains("shared=1", StringComparer.Ordinal);
}
