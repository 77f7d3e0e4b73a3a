using NodeAgent.Contract;
using NodeAgent.Daemon.Peers;

namespace NodeAgent.Tests.Daemon.Peers;

/// <summary>Assertions on outcomes, by the reason that programs test for.</summary>
internal static class Is
{
    public static Fault Refused<T>(string reason, Outcome<T> outcome) => Refused(reason, outcome.WithoutValue());

    public static Fault Refused(string reason, Outcome outcome)
    {
        Assert.IsFalse(outcome.IsOk, $"expected {reason}");
        Assert.AreEqual(reason, PeerFaults.ReasonOf(outcome.Fault!), outcome.Fault!.ToString());
        Assert.AreNotEqual("", outcome.Fault.Why);
        Assert.AreNotEqual("", outcome.Fault.NextStep);
        return outcome.Fault;
    }

    public static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());
        return outcome.Value;
    }

    public static void Ok(Outcome outcome) => Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());
}
