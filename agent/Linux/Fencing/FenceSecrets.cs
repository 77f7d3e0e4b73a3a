using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Fencing;

/// <summary>Reads a file of secrets: lines "key=value", with # before comments.</summary>
internal static class FenceSecrets
{
    private const int Longest = 64 * 1024;

    public static Outcome<IReadOnlyDictionary<string, string>> Read(string path)
    {
        if (FileOwner.Of(path) is not { } owner)
        {
            return Wrong(FaultCode.NotFound, path, "it is not there, or cannot be looked at");
        }

        if (!owner.OnlyOwnerReads)
        {
            return Wrong(FaultCode.PermissionDenied, path, $"others may read it (owner {owner.UserId}, mode {Convert.ToString(owner.Mode & 0xFFF, 8)})");
        }

        string[] lines;
        try
        {
            if (new FileInfo(path).Length > Longest)
            {
                return Wrong(FaultCode.Unparseable, path, $"it is longer than {Longest} bytes");
            }

            lines = File.ReadAllLines(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Wrong(FaultCode.DataPathUnavailable, path, failure.Message);
        }

        Dictionary<string, string> secrets = [];
        for (var number = 0; number < lines.Length; number++)
        {
            var line = lines[number].Trim();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            // The line may be a secret: it is not shown.
            if (equals <= 0 || !secrets.TryAdd(line[..equals].Trim(), line[(equals + 1)..].Trim()))
            {
                return Wrong(FaultCode.Unparseable, path, $"line {number + 1} is not \"key=value\", or its key was there before");
            }
        }

        return secrets;
    }

    private static Fault Wrong(FaultCode code, string path, string why) => new(
        code, $"cannot use the secrets in {path}", why, $"chown root: {path}; chmod 0600 {path}; lines are key=value.", Retry.AfterFix);
}
