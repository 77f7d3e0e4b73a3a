using NodeAgent.Linux.Services;

namespace NodeAgent.Tests.Linux.Services;

[TestClass]
public sealed class GuestConfigTests
{
    private const string Machine =
        """
        # made by hand: lock: none
        boot: order=scsi0
        hostpci0: 0000:01:00.0,pcie=1
        hostpci1: mapping=gpu
        ide0: shared-iso:iso/debian.iso,media=cdrom
        ide2: local:iso/debian.iso,media=cdrom,size=600M
        ide3: none,media=cdrom
        sata0: cdrom,media=cdrom
        scsi0: tank:vm-101-disk-0,size=32G
        scsi1: /dev/disk/by-id/ata-X,size=1T
        scsihw: virtio-scsi-pci
        serial0: socket
        serial1: /dev/ttyS0
        usb0: host=1234:5678
        usb1: spice,usb3=1
        virtio1: file=/dev/mapper/x,shared=1

        [before]
        lock: snapshot
        onboot: 1
        usb5: host=1-1
        """;

    [TestMethod]
    public void What_only_one_node_has_is_named()
    {
        var config = GuestConfig.Parse(Machine);
        CollectionAssert.AreEqual(
            new[]
            {
                "hostpci0 (0000:01:00.0,pcie=1)", "ide2 (local:iso/debian.iso,media=cdrom,size=600M)", "sata0 (cdrom,media=cdrom)",
                "scsi1 (/dev/disk/by-id/ata-X,size=1T)", "serial1 (/dev/ttyS0)", "usb0 (host=1234:5678)",
            },
            config.BoundTo(ProxmoxTree.Storages("dir: local\n\tpath /var/lib/vz\n\nnfs: shared-iso\n\tserver x\n")).ToArray());
    }

    [TestMethod]
    public void A_container_names_its_devices_and_bind_mounts()
    {
        var config = GuestConfig.Parse("rootfs: tank:subvol-101-disk-0\nmp0: /srv/data,mp=/data\nmp1: tank:subvol-101-disk-1,mp=/x\nmp2: /srv/all,mp=/all,shared=1\ndev0: /dev/dri/card0\nlock: backup\nonboot: 1\n");
        CollectionAssert.AreEqual(new[] { "dev0 (/dev/dri/card0)", "mp0 (/srv/data,mp=/data)" }, config.BoundTo(new HashSet<string>()).ToArray());
        Assert.AreEqual("backup", config.Lock);
        Assert.IsTrue(config.StartsAtBoot);
    }

    [TestMethod]
    public void A_snapshot_says_nothing_of_the_guest_as_it_is()
    {
        var config = GuestConfig.Parse(Machine);
        Assert.IsNull(config.Lock);
        Assert.IsFalse(config.StartsAtBoot);
    }

    [TestMethod]
    public void Storages_are_shared_by_their_kind_or_because_they_say_so() => CollectionAssert.AreEquivalent(
        new[] { "a", "c" }, ProxmoxTree.Storages("# x\nrbd: a\n  pool p\nzfspool: b\n  pool tank\ndir: c\n  path /x\n  shared 1\ndir: d\n  shared 0\n  shared 1x\nbroken\n").ToArray());

    [TestMethod]
    public void Whatever_the_files_hold_reading_them_ends()
    {
        var random = new Random(1);
        const string Members = """{ "nodename": "n1", "version": 4, "cluster": { "name": "c", "quorate": 1 }, "nodelist": { "n1": { "id": 1, "online": 1 } } }""";
        foreach (var text in new[] { Machine, Members, "dir: local\n\tshared 1\n", """{"status":"stopped"}""" })
        {
            for (var round = 0; round < 3000; round++)
            {
                var bytes = System.Text.Encoding.UTF8.GetBytes(text)[..random.Next(text.Length)];
                for (var change = random.Next(6); change > 0 && bytes.Length > 0; change--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                var garbled = System.Text.Encoding.UTF8.GetString(bytes);
                _ = GuestConfig.Parse(garbled).BoundTo(ProxmoxTree.Storages(garbled));
                _ = ProxmoxMembers.Parse(garbled);
                _ = GuestHome.Runs(garbled);
            }
        }

        Assert.IsNull(ProxmoxMembers.Parse("\"nodename\""));
        Assert.IsNull(ProxmoxMembers.Parse("""{"nodename":"\ud800"}"""));
        Assert.IsNull(GuestHome.Runs("""{"status":"\ud800"}"""));
        Assert.IsNull(GuestConfig.Parse(string.Concat(Enumerable.Repeat("x: y\n", 20_000)) + "lock: backup\n").Lock, "what is longer than any configuration is not read to its end");
    }
}
