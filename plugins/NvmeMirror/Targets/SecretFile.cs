using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Targets;

/// <summary>The secret that both nodes share. It goes from its file into the kernel and nowhere else.</summary>
internal static class SecretFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static Outcome<string> Read(string path)
    {
        const string What = "cannot read the secret of the NVMe connections";
        try
        {
            if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            {
                return Faults.Mend(What, $"{path} can be read by others than root", $"'chmod 600 {path}', and make a new secret.");
            }

            var text = File.ReadAllText(path).Trim();
            return text.StartsWith("DHHC-1:", StringComparison.Ordinal) && text.EndsWith(':') && text.Length is > 40 and < 200 && !text.Contains(',', StringComparison.Ordinal)
                ? text
                : Faults.Mend(What, $"{path} does not hold a key of the form DHHC-1:…:", "Make one: 'nvme gen-dhchap-key --hmac=1'; the same file on both nodes.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Faults.Mend(What, $"{path} cannot be read: {e.Message}", "Make one: 'nvme gen-dhchap-key --hmac=1'; the same file on both nodes, mode 600.");
        }
    }
}
