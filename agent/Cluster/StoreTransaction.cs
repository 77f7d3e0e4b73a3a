using NodeAgent.Contract;

namespace NodeAgent.Cluster;

/// <summary>If all conditions hold, all changes happen, at one revision.</summary>
/// <param name="Conditions">All must hold; none: always.</param>
/// <param name="Changes">At most one for each key.</param>
public sealed record StoreTransaction(IReadOnlyList<StoreCondition> Conditions, IReadOnlyList<StoreChange> Changes)
{
    /// <summary>Most conditions, and most changes: what etcd takes by default.</summary>
    public const int Most = 128;

    /// <summary>The longest value, in characters.</summary>
    public const int LongestValue = 256 * 1024;

    /// <summary>What is wrong with it; null if nothing is. Both stores refuse the same.</summary>
    public Fault? Check() =>
        Conditions.Count > Most || Changes.Count > Most ? Wrong($"it has more than {Most} conditions or changes")
        : Changes.Count == 0 ? Wrong("it changes nothing")
        : Conditions.FirstOrDefault(condition => !KeyRange.IsKey(condition.Key)) is { } bad ? Wrong($"'{bad.Key}' is not a key")
        : Changes.FirstOrDefault(change => !KeyRange.IsKey(change.Key)) is { } odd ? Wrong($"'{odd.Key}' is not a key")
        : Changes.FirstOrDefault(change => change.Value?.Length > LongestValue) is { } large ? Wrong($"the value of {large.Key} is longer than {LongestValue} characters")
        : Changes.GroupBy(change => change.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice ? Wrong($"{twice.Key} is written twice")
        : null;

    private static Fault Wrong(string why) =>
        new(FaultCode.InvalidArgument, "cannot write to the cluster store", why, "This is a bug of the caller.", Retry.Never);
}
