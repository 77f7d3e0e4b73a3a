using System.Globalization;
using System.Text.RegularExpressions;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>What the kernel has mapped, by sysfs alone: nothing is run, no cluster is asked.</summary>
/// <param name="places">Where the kernel shows it.</param>
/// <param name="pool">Devices of other pools are not looked at.</param>
internal sealed partial class KernelMap(KernelPlaces places, string pool)
{
    private const string Head = "-";

    /// <summary>The devices of images that are named as units are, in this backend's pool. A fault if one cannot be read: it may be one of ours.</summary>
    public Outcome<IReadOnlyList<KernelDevice>> List(string fsid, string what)
    {
        var found = new List<KernelDevice>();
        foreach (var folder in Folders())
        {
            var read = Read(folder, fsid);
            if (read is null && Directory.Exists(folder))
            {
                return new Fault(
                    FaultCode.DataPathUnavailable, what, $"{folder} cannot be read, so nobody can say which image is open there", "Look at it: rbd device list.", Retry.Later);
            }

            found.AddRange(read ?? []);
        }

        return found.OrderBy(device => device.Number).ToList();
    }

    /// <summary>The number of the newest map of the cluster that a device's client has; null if the kernel does not tell.</summary>
    public long? Epoch(KernelDevice device)
    {
        // "epoch 25 barrier 0 flags 0x588000"
        var words = KernelPlaces.Read(Path.Combine(places.Clients, device.Client, "osdmap"))?.Split(' ', 3);
        return words is ["epoch", var number, ..] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : null;
    }

    /// <summary>Where a device is mounted now, in the order in which it was.</summary>
    public Outcome<IReadOnlyList<string>> Points(KernelDevice device, string what)
    {
        if (KernelPlaces.Read(places.Mounts) is not { Length: > 0 } text)
        {
            return new Fault(FaultCode.DataPathUnavailable, what, $"{places.Mounts} cannot be read, so nobody can say what is mounted", "Look at /proc.", Retry.Later);
        }

        // 36 35 252:0 / /mnt rw,noatime shared:1 - ext4 /dev/rbd0 rw
        return text.Split('\n').Select(line => line.Split(' ')).Where(words => words.Length > 4 && words[2] == device.Numbers).Select(words => words[4]).ToList();
    }

    /// <summary>
    /// Has the kernel read the image's header anew, so that what it writes from now on is kept apart from the snapshots that
    /// there are. It is told of them by itself, but only while its watch of the header lives.
    /// </summary>
    public Outcome Refresh(KernelDevice device, string what)
    {
        var file = Path.Combine(places.Devices, Text(device.Number), "refresh");
        try
        {
            File.WriteAllText(file, "1");
            return Outcome.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Fault(FaultCode.DataPathUnavailable, what, $"the kernel did not read the image's header anew: {e.Message}", "Look at dmesg.", Retry.Later);
        }
    }

    /// <summary>The path of a device that stays the same on every node, or the kernel's own if udev made none.</summary>
    public string PathOf(KernelDevice device)
    {
        var steady = Path.Combine(places.Files, "rbd", pool, Keys.Image(device.Unit, device.Volume));
        return File.Exists(steady) ? steady : Path.Combine(places.Files, "rbd" + Text(device.Number));
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<string> Folders()
    {
        try
        {
            return Directory.GetFileSystemEntries(places.Devices);
        }
        catch (DirectoryNotFoundException)
        {
            // Without the module no image is open in the kernel.
            return [];
        }
    }

    // Null: it could not be read. Empty: it is none of ours.
    private IReadOnlyList<KernelDevice>? Read(string folder, string fsid)
    {
        string? Attribute(string name) => KernelPlaces.Read(Path.Combine(folder, name));
        if (Attribute("pool") is not { } itsPool || Attribute("name") is not { } image || Attribute("current_snap") is not { } snapshot
            || Attribute("cluster_fsid") is not { } itsCluster || Attribute("pool_ns") is not { } itsNamespace)
        {
            return null;
        }

        var name = ImageName().Match(image);
        if (itsPool != pool || itsNamespace.Length > 0 || itsCluster != fsid || snapshot != Head || !name.Success)
        {
            return [];
        }

        return Attribute("client_addr") is { } address && Attribute("client_id") is { } client && Attribute("major") is { } major && Attribute("minor") is { } minor && Attribute("image_id") is { } id
            && Addresses.Normal(address) is { Length: > 0 } normal
            && int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? [new KernelDevice(number, name.Groups["unit"].Value, name.Groups["volume"].Value, normal, $"{fsid}.{client}", $"{major}:{minor}", id)]
            : null;
    }

    [GeneratedRegex(@"\A(?<unit>[^+]+)\+(?<volume>[^+]+)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ImageName();
}
