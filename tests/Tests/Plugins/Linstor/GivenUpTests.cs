using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>What a copy held that gave way is listed, as the storage below it has it, until an operator deletes it.</summary>
[TestClass]
public sealed class GivenUpTests
{
    [TestMethod]
    public async Task What_gave_way_is_listed_with_the_name_that_lvm_has_for_it()
    {
        using var pair = new PartedPair().Split();
        Assert.IsEmpty(await ListAsync(pair.N2), "nothing was given up yet");

        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        await pair.KeepAsync(30);

        var copy = (await ListAsync(pair.N2)).Single();
        var name = $"vg/{pair.N2.Kernel.Kept.Keys.Single()}";
        Assert.AreEqual(
            new GivenUpCopy(PartedPair.Unit, name, $"lvremove {name}", DateTimeOffset.FromUnixTimeSeconds(1_750_000_000), 4 << 20), copy, "half of 8 MiB is written");
        Assert.IsEmpty(await ListAsync(pair.N1), "the chosen node gave nothing up");
    }

    [TestMethod]
    public async Task Of_zfs_it_is_the_snapshot()
    {
        using var pair = new PartedPair().Split();
        pair.N2.Kernel.BackingDevice = "/dev/zvol/tank/data";

        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        await pair.KeepAsync(30);
        pair.N2.Kernel.Kept.Add("tank/data@by-hand", "");
        pair.N2.Kernel.Kept.Add("tank/data2@nodeagent-given-up-1", "");

        var copy = (await ListAsync(pair.N2)).Single();
        StringAssert.StartsWith(copy.KeptAs, "tank/data@nodeagent-given-up-");
        Assert.AreEqual(($"zfs destroy {copy.KeptAs}", 4096L), (copy.DeletedBy, copy.Bytes));
    }

    [TestMethod]
    public async Task Volumes_of_somebody_else_and_of_other_names_are_not_told()
    {
        using var pair = new PartedPair();
        pair.N2.Kernel.Kept.Add("data-nodeagent-given-up-7", "");
        pair.N2.Kernel.Kept.Add("data-of-sunday", "");
        pair.N2.Kernel.Kept.Add("database-nodeagent-given-up-7", "");

        Assert.AreEqual("vg/data-nodeagent-given-up-7", (await ListAsync(pair.N2)).Single().KeptAs);
        pair.N2.Kernel.BackingDevice = "/dev/mapper/vg-data";
        Assert.HasCount(1, await ListAsync(pair.N2), "the same volume by its other name");
        pair.N2.Kernel.BackingDevice = "/dev/loop9";
        Assert.IsEmpty(await ListAsync(pair.N2), "a disk that cannot keep anything");
    }

    [TestMethod]
    public async Task It_is_told_too_while_the_kernel_does_not_have_the_resource()
    {
        using var pair = new PartedPair();
        pair.N2.Kernel.Kept.Add("data-nodeagent-given-up-7", "");
        pair.N2.Kernel.IsThere = false;

        Assert.HasCount(1, await ListAsync(pair.N2));
    }

    [TestMethod]
    [DataRow("lvs", "not json")]
    [DataRow("lvs", """{"report":[{"lv":[{"lv_name":"data"}]}]}""")]
    [DataRow("zfs", "tank/data@nodeagent-given-up-7\tyesterday\t4096")]
    [DataRow("zfs", "tank/data@nodeagent-given-up-7\t1750000000")]
    public async Task What_is_not_understood_is_not_guessed(string tool, string text)
    {
        using var pair = new PartedPair();
        pair.N2.Kernel.BackingDevice = tool == "zfs" ? "/dev/zvol/tank/data" : "/dev/vg/data";
        pair.N2.Kernel.Says = (tool, text);

        var listed = await pair.N2.Choice.ListGivenUpAsync(default);

        Assert.IsEmpty(listed.Value.Found);
        var unread = listed.Value.Unread.Single().ToString();
        Assert.Contains(text, unread);
        Assert.Contains("drbd:data", unread, "it says of which unit");
    }

    [TestMethod]
    public async Task A_resource_that_cannot_be_asked_hides_no_other()
    {
        using var pair = new PartedPair();
        pair.N2.Kernel.Kept.Add("data-nodeagent-given-up-7", "");
        pair.N2.Restart("absent=filesystem,data=filesystem");

        var listed = (await pair.N2.Choice.ListGivenUpAsync(default)).Value;

        Assert.AreEqual("vg/data-nodeagent-given-up-7", listed.Found.Single().KeptAs);
        Assert.Contains("drbd:absent", listed.Unread.Single().What);
    }

    private static async Task<IReadOnlyList<GivenUpCopy>> ListAsync(PartedPair.Side side)
    {
        var listed = await side.Choice.ListGivenUpAsync(default);
        Assert.IsTrue(listed.IsOk, listed.Fault?.ToString());
        Assert.IsEmpty(listed.Value.Unread);
        return listed.Value.Found;
    }
}
