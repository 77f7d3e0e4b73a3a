using System.Text;
using NodeAgent.Guard.Deciding;
using NodeAgent.Linux.Guard;
using GuardPhase = NodeAgent.Guard.Deciding.GuardPhase;

namespace NodeAgent.Tests.Guard;

/// <summary>Both sides write the format down; here they meet.</summary>
[TestClass]
public sealed class WireTests
{
    private static readonly Guid Boot = Guid.Parse("0f0e0d0c-0b0a-0908-0706-050403020100");

    [TestMethod]
    public void The_guard_reads_what_the_agent_writes()
    {
        var bytes = GuardWire.Write(GuardKind.Renew, 123, 45, Boot);

        Assert.IsTrue(Wire.TryRead(bytes, Boot.ToByteArray(), 7, 8, out var message));
        Assert.AreEqual(new GuardMessage(MessageKind.Renew, 7, 8, true, 123, 45), message);
        Assert.IsTrue(Wire.TryRead(bytes, Guid.Empty.ToByteArray(), 7, 8, out var other));
        Assert.IsFalse(other.SameBoot);
    }

    [TestMethod]
    public void The_agent_reads_what_the_guard_writes()
    {
        var sight = new GuardSight
        {
            TimeoutMilliseconds = 4000, PretimeoutMilliseconds = 1000, LastFed = 5, MostLate = 700, Refused = 8, FailedFeeds = 9, Allocated = 10,
            Flags = GuardSight.NoWayOut | GuardSight.RealTime | GuardSight.Locked | GuardSight.ResetBefore,
        };
        sight.Identify("iTCO_wdt"u8);
        var bytes = new byte[Wire.AnswerSize];
        Wire.Write(bytes, Verdict.OldEpoch, new() { Phase = GuardPhase.Expired, Deadline = 1, Epoch = 2, LongestLease = 60_000_000_000 }, sight);

        var answer = GuardWire.Read(bytes)!;

        var watchdog = new WatchdogAttestation(WatchdogKind.Hardware, "iTCO_wdt", TimeSpan.FromSeconds(4))
        {
            Pretimeout = TimeSpan.FromSeconds(1), CannotBeStopped = true, EndedLastBoot = true, IsRealTime = true, IsLocked = true,
        };
        var expected = new GuardStatus(NodeAgent.Linux.Guard.GuardPhase.Expired, new(1), 2, watchdog)
        {
            LongestLease = TimeSpan.FromMinutes(1), LastFed = new(5), MostLate = TimeSpan.FromTicks(7), Refused = 8, FailedFeeds = 9, Allocated = 10,
        };
        Assert.AreEqual(new GuardAnswer(GuardVerdict.OldEpoch, expected), answer);
    }

    [TestMethod]
    [DataRow(GuardSight.Software, WatchdogKind.Soft)]
    [DataRow(GuardSight.Multiplexed, WatchdogKind.Multiplexed)]
    [DataRow(GuardSight.Multiplexed | GuardSight.Software, WatchdogKind.Soft)]
    [DataRow(GuardSight.StandIn, WatchdogKind.StandIn)]
    [DataRow(0u, WatchdogKind.Hardware)]
    public void The_kind_is_the_least_that_it_is(uint flags, WatchdogKind expected)
    {
        var bytes = new byte[Wire.AnswerSize];
        Wire.Write(bytes, Verdict.Accepted, default, new GuardSight { TimeoutMilliseconds = 1000, Flags = flags });

        Assert.AreEqual(expected, GuardWire.Read(bytes)!.Status.Watchdog.Kind);
    }

    [TestMethod]
    public void Kinds_verdicts_and_phases_have_the_same_numbers_on_both_sides()
    {
        foreach (var (ours, theirs) in new[] { (typeof(MessageKind), typeof(GuardKind)), (typeof(Verdict), typeof(GuardVerdict)), (typeof(GuardPhase), typeof(NodeAgent.Linux.Guard.GuardPhase)) })
        {
            CollectionAssert.AreEqual(Enum.GetNames(ours), Enum.GetNames(theirs));
            CollectionAssert.AreEqual(Numbers(ours), Numbers(theirs));
        }
    }

    [TestMethod]
    public void A_reason_comes_with_a_condemnation_only_and_is_cut()
    {
        var long_ = GuardWire.Write(GuardKind.Condemn, 0, 1, Boot, new string('x', 500));
        var query = GuardWire.Write(GuardKind.Query, 0, 1, Boot, "why");

        Assert.HasCount(Wire.RequestSize + Wire.LongestReason, long_);
        Assert.IsTrue(Wire.TryRead(long_, Boot.ToByteArray(), 1, 0, out _));
        Assert.IsFalse(Wire.TryRead(query, Boot.ToByteArray(), 1, 0, out _));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(4)]
    [DataRow(6)]
    [DataRow(15)]
    [DataRow(23)]
    public void Damage_to_the_head_is_refused(int at)
    {
        var bytes = GuardWire.Write(GuardKind.Renew, 123, 45, Boot);
        bytes[at] ^= 0x80;

        Assert.IsFalse(Wire.TryRead(bytes, Boot.ToByteArray(), 1, 0, out _));
        Assert.IsFalse(Wire.TryRead(bytes.AsSpan(0, 39), Boot.ToByteArray(), 1, 0, out _));
    }

    [TestMethod]
    public void Foreign_words_cannot_forge_a_line()
    {
        var line = new NodeAgent.Guard.Serving.LineBuffer(stackalloc byte[16]);
        line.Add("a"u8);
        line.AddForeign("b\n<0>c\u00e9"u8);
        line.AddSeconds(12_034_999_999);

        Assert.AreEqual("ab?<0>c??12.034", Encoding.ASCII.GetString(line.Text));
    }

    private static List<long> Numbers(Type kind) => [.. Enum.GetValues(kind).Cast<object>().Select(value => Convert.ToInt64(value, null))];
}
