using NodeAgent.Guard.Deciding;
using NodeAgent.Guard.Serving;

namespace NodeAgent.Tests.Guard;

[TestClass]
public sealed class KeptStateTests
{
    private static readonly KeptRecord First = new(GuardPhase.Armed, 100, 2, true, 4000);
    private static readonly KeptRecord Second = new(GuardPhase.Expired, 200, 3, false, 2000);

    [TestMethod]
    public void The_next_guard_reads_what_was_written_last()
    {
        var kept = new KeptState(-1);
        Assert.IsNull(kept.Read());

        kept.Write(First);
        kept.Write(Second);

        Assert.AreEqual(Second, new KeptState(kept.Descriptor).Read());
    }

    [TestMethod]
    public void A_write_that_was_cut_short_leaves_the_one_before()
    {
        var kept = new KeptState(-1);
        kept.Write(First);
        kept.Write(Second);
        Tear(kept.Descriptor, slot: 0);

        var next = new KeptState(kept.Descriptor);
        Assert.AreEqual(First, next.Read());
        next.Write(Second);
        Assert.AreEqual(Second, new KeptState(kept.Descriptor).Read());
    }

    // The second write went to the first slot.
    private static void Tear(int descriptor, int slot)
    {
        using var file = new FileStream($"/proc/self/fd/{descriptor}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = (slot * 64) + 16;
        file.WriteByte(0x55);
    }
}
