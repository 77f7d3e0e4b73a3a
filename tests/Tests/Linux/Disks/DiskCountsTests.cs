using NodeAgent.Linux.Disks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Disks;

[TestClass]
public sealed class DiskCountsTests
{
    [TestMethod]
    public void All_that_ended_counts_and_what_waits_is_told_apart()
    {
        var counts = DiskCounts.Parse(
            "   8       0 sda 10 1 80 5 20 2 160 9 3 14 20 4 0 32 1 6 2\n   8       1 sda1 7 0 56 3 5 0 40 2 0 5 5\n");
        Assert.AreEqual(new DiskCount(10 + 20 + 4 + 6, 3), counts["sda"]);
        Assert.AreEqual(new DiskCount(7 + 5, 0), counts["sda1"], "an old kernel counts neither discards nor flushes");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("8 0 sda")]
    [DataRow("8 0 sda a b c d e f g h i j k")]
    [DataRow("\0\n\n 8")]
    public void What_is_no_count_is_left_out(string text) => Assert.IsEmpty(DiskCounts.Parse(text));

    [TestMethod]
    public void A_path_is_followed_to_the_kernel_s_name()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["vdb1"], "");
        File.CreateSymbolicLink(folder["virtio-n1d1-part1"], "vdb1");
        File.CreateSymbolicLink(folder["again"], "virtio-n1d1-part1");
        Assert.AreEqual("vdb1", DiskCounts.NameOf(folder["again"]));
        Assert.AreEqual("vdb1", DiskCounts.NameOf(folder["vdb1"]));
        Assert.IsNull(DiskCounts.NameOf(folder["gone"]));
    }
}
