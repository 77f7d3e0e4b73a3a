using NodeAgent.Contract;

namespace NodeAgent.Daemon.Cli;

/// <summary>Options of the form NAME=VALUE that may be repeated.</summary>
internal static class NamedValues
{
    public static Outcome<IReadOnlyDictionary<string, string>> Read(string option, IReadOnlyList<string> given)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                return new Fault(FaultCode.InvalidArgument, $"cannot read {option} '{text}'", "it has no '='", "Write NAME=VALUE.", Retry.Never);
            }

            found[text[..equals]] = text[(equals + 1)..];
        }

        return found;
    }
}
