using System.Globalization;

namespace NodeAgent.Linux.Services;

/// <summary>Whether something of a guest runs here, by the kernel's word: Proxmox tells nothing of a guest whose configuration is elsewhere.</summary>
/// <param name="proc">Where procfs is mounted.</param>
public sealed class GuestProcesses(string proc = "/proc")
{
    /// <summary>Null if it cannot be told.</summary>
    public bool? IsThere(GuestKind kind, int number)
    {
        try
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            return kind == GuestKind.Machine ? IsMachine(text) : IsContainer(text);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Proxmox starts "/usr/bin/kvm -id 101 ...".
    private bool IsMachine(string number) => Directory.GetDirectories(proc)
        .Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit))
        .Select(folder => ArgumentsOf(Path.Combine(folder, "cmdline")))
        .Any(words => words.Length > 0 && Path.GetFileName(words[0]) is var program
            && (program.EndsWith("kvm", StringComparison.Ordinal) || program.StartsWith("qemu-system-", StringComparison.Ordinal))
            && words.Zip(words.Skip(1)).Any(pair => pair.First is "-id" or "--id" && pair.Second == number));

    // A container that runs has a socket to command it, which is how Proxmox itself looks.
    private bool IsContainer(string number) =>
        File.ReadLines(Path.Combine(proc, "net", "unix")).Any(line => line.TrimEnd().EndsWith($"/lxc/{number}/command", StringComparison.Ordinal));

    private static string[] ArgumentsOf(string path)
    {
        try
        {
            return File.ReadAllText(path).Split('\0');
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (IOException) when (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            // It ended between being listed and being read.
            return [];
        }
    }
}
