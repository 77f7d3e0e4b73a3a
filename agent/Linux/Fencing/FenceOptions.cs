using System.Text;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Fencing;

/// <summary>Options and secrets of a device as the agent reads them from its standard input.</summary>
internal sealed class FenceOptions
{
    // These are ours to set, or would write secrets to logs and files.
    private static readonly string[] Forbidden =
        ["action", "option", "verbose", "verbose_level", "debug", "debug_file", "help", "version"];

    private readonly IReadOnlyDictionary<string, string> options;
    private readonly IReadOnlyCollection<string> secrets;

    private FenceOptions(IReadOnlyDictionary<string, string> options, IReadOnlyCollection<string> secrets)
    {
        this.options = options;
        this.secrets = secrets;
    }

    public static Outcome<FenceOptions> Of(FenceDevice device)
    {
        var what = $"cannot use fence device {device.Name}";
        if (!device.Agent.StartsWith("fence_", StringComparison.Ordinal) || !device.Agent.All(IsPartOfName))
        {
            return new Fault(
                FaultCode.InvalidArgument, what, $"\"{device.Agent}\" is not the name of a fence agent", "Names begin with fence_: ls /usr/sbin/fence_*", Retry.Never);
        }

        var read = device.SecretsFile is { } file ? FenceSecrets.Read(file) : new Dictionary<string, string>();
        if (!read.IsOk)
        {
            return read.Fault;
        }

        Dictionary<string, string> all = [];
        foreach (var (key, value) in device.Options.Concat(read.Value))
        {
            if (Wrong(key, value) is { } wrong)
            {
                return new Fault(FaultCode.InvalidArgument, what, $"option \"{key}\" {wrong}", "Correct the option.", Retry.Never);
            }

            all[key] = value;
        }

        return new FenceOptions(all, [.. read.Value.Values.Where(secret => secret.Length > 0)]);
    }

    /// <summary>What the agent reads for an action.</summary>
    public byte[] For(string action)
    {
        var text = new StringBuilder($"action={action}\n");
        foreach (var (key, value) in options)
        {
            text.Append(key).Append('=').Append(value).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>What an agent said, short, and without the secrets.</summary>
    public string Redact(string said)
    {
        foreach (var secret in secrets.OrderByDescending(secret => secret.Length))
        {
            said = said.Replace(secret, "***", StringComparison.Ordinal);
        }

        said = string.Join(" / ", said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return said.Length > 500 ? said[..500] : said;
    }

    private static bool IsPartOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';

    private static string? Wrong(string key, string value)
    {
        if (key.Length == 0 || !key.All(IsPartOfName))
        {
            return "has other characters than letters, digits, _ and - in its name";
        }

        if (Forbidden.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            return "is set by the agent itself";
        }

        return value.Any(char.IsControl) ? "has a line break or another control character in its value" : null;
    }
}
