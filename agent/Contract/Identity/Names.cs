using System.Text.RegularExpressions;

namespace NodeAgent.Contract;

/// <summary>
/// What may be a name of a node, backend, unit, volume or snapshot: lower-case letters, digits, dot, dash and
/// underscore, 1 to 63 characters, beginning with a letter or digit. Narrow on purpose: such a name is safe as a
/// file, a dataset, an argument and a metric label.
/// </summary>
public static partial class Names
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 63;

    /// <summary>The rule in words, for error messages.</summary>
    public const string Rule =
        "1 to 63 lower-case letters, digits, '.', '-' or '_', beginning with a letter or digit";

    /// <summary>True if <paramref name="name"/> keeps the rule.</summary>
    public static bool IsValid(string? name) =>
        name is not null && Pattern().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal);

    /// <summary>The fault for a name that does not keep the rule.</summary>
    /// <param name="kind">What the name is for: "volume", "node".</param>
    /// <param name="name">The name as given.</param>
    public static Fault Invalid(string kind, string? name) => new(
        FaultCode.InvalidArgument,
        $"'{name}' cannot be the name of a {kind}",
        $"a name is {Rule}",
        "Choose another name.",
        Retry.Never);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
