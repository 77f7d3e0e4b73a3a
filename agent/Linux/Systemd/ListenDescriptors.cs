using System.Globalization;

using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Systemd;

/// <summary>Sockets that systemd opened for this service.</summary>
public static class ListenDescriptors
{
    private const int First = 3;
    private const int Most = 1024;
    private const int CloseOnExecFlag = 1;

    /// <summary>Takes them: they are closed for children, and a second call finds none.</summary>
    public static IReadOnlyList<ListenDescriptor> TakeFromEnvironment()
    {
        var found = Parse(
            Environment.GetEnvironmentVariable("LISTEN_PID"),
            Environment.GetEnvironmentVariable("LISTEN_FDS"),
            Environment.GetEnvironmentVariable("LISTEN_FDNAMES"),
            Environment.ProcessId);
        foreach (var name in new[] { "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES" })
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        foreach (var descriptor in found)
        {
            _ = LibC.fcntl(descriptor.Number, LibC.SetDescriptorFlags, CloseOnExecFlag);
        }

        return found;
    }

    /// <summary>What the variables say; empty if they are not meant for this process or make no sense.</summary>
    public static IReadOnlyList<ListenDescriptor> Parse(string? pid, string? count, string? names, int ownPid)
    {
        if (pid != ownPid.ToString(CultureInfo.InvariantCulture)
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptors)
            || descriptors > Most)
        {
            return [];
        }

        var told = names is { Length: > 0 } ? names.Split(':') : [];
        return [.. Enumerable.Range(0, descriptors).Select(i =>
            new ListenDescriptor(First + i, i < told.Length && told[i].Length > 0 ? told[i] : "unknown"))];
    }
}
