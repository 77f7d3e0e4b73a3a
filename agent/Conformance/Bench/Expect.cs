using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>What checks say about outcomes.</summary>
internal static class Expect
{
    public static T Ok<T>(Outcome<T> outcome, string doing) => outcome.IsOk
        ? outcome.Value
        : throw new CheckFailedException($"{doing} failed with {outcome.Fault.Code}: {outcome.Fault}");

    public static void Ok(Outcome outcome, string doing)
    {
        if (!outcome.IsOk)
        {
            throw new CheckFailedException($"{doing} failed with {outcome.Fault.Code}: {outcome.Fault}");
        }
    }

    /// <summary>A fault of one of these codes that tells what, why and what next.</summary>
    public static Fault Refused<T>(Outcome<T> outcome, string doing, params FaultCode[] codes) =>
        Refused(outcome.WithoutValue(), doing, codes);

    /// <inheritdoc cref="Refused{T}"/>
    public static Fault Refused(Outcome outcome, string doing, params FaultCode[] codes)
    {
        if (outcome.IsOk)
        {
            throw new CheckFailedException($"{doing} was done; expected {string.Join(" or ", codes)}");
        }

        if (codes.Length > 0 && !codes.Contains(outcome.Fault.Code))
        {
            throw new CheckFailedException(
                $"{doing} was refused with {outcome.Fault.Code} ({outcome.Fault}); expected {string.Join(" or ", codes)}");
        }

        Honest(outcome.Fault, doing);
        return outcome.Fault;
    }

    /// <summary>A fault tells what, why and what next, in one line each, and is no bug.</summary>
    public static void Honest(Fault fault, string doing)
    {
        True(fault.Code != FaultCode.Internal, $"{doing}: an outcome that can be expected is told as Internal");
        True(fault.What.Trim().Length > 0, $"{doing}: the fault does not say what could not be done");
        True(fault.Why.Trim().Length > 0, $"{doing}: the fault does not say why");
        True(fault.NextStep.Trim().Length > 0, $"{doing}: the fault does not say what to do");
        var text = fault.What + fault.Why + fault.NextStep;
        True(!text.Contains("   at ", StringComparison.Ordinal), $"{doing}: the fault shows a stack trace");
    }

    public static void True(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new CheckFailedException(otherwise);
        }
    }

    public static void Equal<T>(T expected, T actual, string what) =>
        True(EqualityComparer<T>.Default.Equals(expected, actual), $"{what}: expected {expected}, got {actual}");
}
