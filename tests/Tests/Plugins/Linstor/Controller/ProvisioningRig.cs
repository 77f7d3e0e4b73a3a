using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>A node whose kernel gets what the stand-in makes, as satellites would see to it.</summary>
internal sealed class ProvisioningRig : IAsyncDisposable
{
    public const long Bytes = 1 << 20;

    private ProvisioningRig(DrbdRig drbd, StandInController controller)
    {
        (Drbd, Controller) = (drbd, controller);
        World.Changed = Follow;
        Drbd.Kernel.IsThere = false;
        _ = Drbd.Controlled(controller.Address);
    }

    public DrbdRig Drbd { get; }

    public StandInController Controller { get; }

    public StandInWorld World => Controller.World;

    /// <summary>The satellite of this node does what it is told.</summary>
    public bool IsCarriedOut { get; set; } = true;

    public StandInResource Data => World.Resources["data"];

    /// <summary>What changed something, in order, without the addresses' common beginning.</summary>
    public IEnumerable<string> Ordered => Controller.Asked.Where(line => !line.StartsWith("GET ", StringComparison.Ordinal)).Select(line => line.Replace("/v1/", "", StringComparison.Ordinal));

    public static async Task<ProvisioningRig> StartAsync(string kind = "filesystem", string? module = "8.4.11") => new(new DrbdRig(kind, module), await StandInController.StartAsync());

    /// <summary>With a resource that was made and adopted here, and then closed.</summary>
    public static async Task<ProvisioningRig> AdoptedAsync(string kind = "filesystem")
    {
        var rig = await StartAsync(kind);
        var made = await rig.CreateAsync();
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        Assert.IsTrue((await rig.Drbd.DemoteAsync()).IsOk);
        rig.Controller.Asked.Clear();
        return rig;
    }

    public Task<Outcome<Volume>> CreateAsync(long bytes = Bytes) => Drbd.ProvisionAsync(Drbd.Volumes.CreateAsync(
        DrbdRig.Spec(bytes, Drbd.Kind == "block" ? VolumeKind.Block : VolumeKind.Filesystem), DrbdRig.Grant(1), default));

    public Task<Outcome<Volume>> ExpandAsync(long bytes) => Drbd.ProvisionAsync(Drbd.Volumes.ExpandAsync(DrbdRig.Spec().Id, bytes, DrbdRig.Grant(1), default));

    public Task<Outcome> DeleteAsync() => Drbd.ProvisionAsync(Drbd.Volumes.DeleteAsync(DrbdRig.Spec().Id, default));

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        await Drbd.Backend.DisposeAsync();
        Drbd.Dispose();
        Assert.IsEmpty(Controller.Wrong, string.Join('\n', Controller.Wrong));
    }

    private void Follow(string order)
    {
        if (!IsCarriedOut)
        {
            return;
        }

        var isHere = World.Resources.TryGetValue("data", out var data) && data.Nodes.Contains("n1");
        if (isHere && !Drbd.Kernel.IsThere)
        {
            (Drbd.Kernel.IsThere, Drbd.Kernel.Role, Drbd.Kernel.PeerRole, Drbd.Kernel.Connection) = (true, "Secondary", "Secondary", "Connected");
        }

        Drbd.Kernel.IsThere = isHere;
        if (isHere)
        {
            File.WriteAllText(Path.Combine(Drbd.Places.Blocks, "drbd0", "size"), (data!.Sizes[0] * 2).ToString(CultureInfo.InvariantCulture) + "\n");
        }
    }
}
