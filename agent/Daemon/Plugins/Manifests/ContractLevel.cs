using System.Text.RegularExpressions;

using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Manifests;

/// <summary>A version of the contract, "major.minor".</summary>
public sealed partial record ContractLevel(int Major, int Minor)
{
    /// <summary>What this host serves.</summary>
    public static ContractLevel Host { get; } = new(ContractVersion.Major, ContractVersion.Minor);

    /// <summary>The level in <paramref name="text"/>; null if it is none.</summary>
    public static ContractLevel? TryParse(string text)
    {
        var match = Pattern().Match(text);
        return match.Success
            ? new ContractLevel(int.Parse(match.Groups["major"].ValueSpan), int.Parse(match.Groups["minor"].ValueSpan))
            : null;
    }

    /// <summary>True if a host of level <paramref name="host"/> serves a plugin that asks for this one.</summary>
    public bool IsServedBy(ContractLevel host) => Major == host.Major && Minor <= host.Minor;

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}";

    [GeneratedRegex(@"\A(?<major>[0-9]{1,4})\.(?<minor>[0-9]{1,4})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
