namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>An image that the kernel has mapped on this node, by a client instance of its own.</summary>
/// <param name="Number">N of /dev/rbdN.</param>
/// <param name="Unit">The unit, by the image's name.</param>
/// <param name="Volume">The volume, by the image's name.</param>
/// <param name="Address">The instance's address with nonce, as the blocklist names it.</param>
/// <param name="Client">The instance as debugfs names it: "FSID.client4123".</param>
/// <param name="Numbers">Major and minor: "252:0".</param>
/// <param name="Image">The image's id, which stays the same whatever it is called.</param>
internal sealed record KernelDevice(int Number, string Unit, string Volume, string Address, string Client, string Numbers, string Image);
