namespace NodeAgent.Lab.Host;

/// <summary>What the host needs, installed when a program is missing.</summary>
public static class HostPackages
{
    private static readonly (string Program, string Package)[] Needed =
    [
        ("qemu-img", "qemu-utils"),
        ("mmdebstrap", "mmdebstrap"),
        ("ssh", "openssh-client"),
        ("ip", "iproute2"),
        ("cpio", "cpio"),
        ("xz", "xz-utils"),
        ("zstd", "zstd"),
        ("mkfs.ext4", "e2fsprogs"),
        ("strip", "binutils"),
        ("python3", "python3-minimal"),
    ];

    public static async Task EnsureAsync(CancellationToken cancel)
    {
        var missing = Needed.Where(need => !IsThere(need.Program)).Select(need => need.Package).ToList();
        if (!File.Exists("/usr/share/keyrings/debian-archive-keyring.gpg"))
        {
            missing.Add("debian-archive-keyring");
        }

        if (missing.Count == 0)
        {
            return;
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw new LabFailure($"The lab needs root and these packages: {string.Join(' ', missing)}");
        }

        Say.Line($"installing {string.Join(' ', missing)}");
        var limit = TimeSpan.FromMinutes(10);
        await Shell.RunAsync(["apt-get", "update"], limit, cancel);
        var install = await Shell.RunAsync(
            ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends", .. missing], limit, cancel);
        install.Expect();
    }

    private static bool IsThere(string program) =>
        new[] { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin" }
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
