using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tandem.Simulator.Tls;

/// <summary>
/// A certificate authority for development: the simulator's servers show certificates that it signs, and clients trust its own one.
/// Kept in a folder it outlives the process, so that a client is told of it once.
/// </summary>
public sealed class TestAuthority : IDisposable
{
    private const string CertificateName = "ca.pem";
    private const string KeyName = "ca-key.pem";
    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);

    // Some clients refuse server certificates that live longer than 398 days.
    private static readonly TimeSpan ServerLifetime = TimeSpan.FromDays(397);

    // Covers a client whose clock runs behind, and the remainder that a kept authority needs to sign a server for its whole life.
    private static readonly TimeSpan Margin = TimeSpan.FromDays(1);

    private static readonly PbeParameters InMemory = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 1);

    private TestAuthority(X509Certificate2 certificate, string? certificateFile)
    {
        Certificate = certificate;
        CertificateFile = certificateFile;
    }

    /// <summary>Where the simulator's command keeps its authority unless it is told another folder.</summary>
    public static string UserFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "tandem", "simulator-tls");

    /// <summary>The authority's certificate with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Where the certificate stands for clients to trust, as PEM; null when it is in memory only.</summary>
    public string? CertificateFile { get; }

    // Validity is judged by the machines' own clocks, never by the org's, which may be set to any time.
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>The authority of a folder, made at the first use; without a folder a new one that dies with the process.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TestAuthority Open(string? folder)
    {
        if (folder is null)
            return new TestAuthority(Create(), null);
        var certificateFile = Path.GetFullPath(Path.Combine(folder, CertificateName));
        var keyFile = Path.Combine(folder, KeyName);
        if (Load(certificateFile, keyFile) is { } kept)
            return new TestAuthority(kept, certificateFile);
        Directory.CreateDirectory(folder);
        var made = Create();
        Save(made, certificateFile, keyFile);
        return new TestAuthority(made, certificateFile);
    }

    /// <summary>A certificate for a server on this machine: for localhost, both loopback addresses and the host.</summary>
    public X509Certificate2 IssueFor(string host)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        if (!IPAddress.TryParse(host, out var address))
            names.AddDnsName(host);
        else if (!IPAddress.IsLoopback(address))
            names.AddIpAddress(address);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Tandem simulator", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        var now = Now;
        using var bare = request.Create(Certificate, now - Margin, now + ServerLifetime, RandomNumberGenerator.GetBytes(16));
        using var whole = bare.CopyWithPrivateKey(key);
        // The key of a fresh certificate lives in memory only, which not every system's TLS takes; what comes out of a PKCS #12 it does.
        // Nobody sees the container, so that a password's many rounds would only take time.
        return X509CertificateLoader.LoadPkcs12(whole.ExportPkcs12(InMemory, null), null);
    }

    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serial = Convert.ToHexString(RandomNumberGenerator.GetBytes(4));
        // Each authority has a name of its own: a client that holds an old one must not take it for the new one.
        var request = new CertificateRequest($"CN=Tandem simulator test CA {serial}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = Now;
        return request.CreateSelfSigned(now - Margin, now + AuthorityLifetime);
    }

    private static X509Certificate2? Load(string certificateFile, string keyFile)
    {
        if (!File.Exists(certificateFile) || !File.Exists(keyFile))
            return null;
        try
        {
            var kept = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            if (kept.NotAfter.ToUniversalTime() > (Now + ServerLifetime + Margin).UtcDateTime)
                return kept;
            kept.Dispose();
            return null;
        }
        catch (CryptographicException exception)
        {
            throw new IOException(
                $"{certificateFile} and {keyFile} are no certificate and its key: delete both, and a new test CA is made.", exception);
        }
    }

    private static void Save(X509Certificate2 made, string certificateFile, string keyFile)
    {
        using var key = made.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The test CA has no key.");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // A file keeps the mode that it was made with, so an older key goes first.
        File.Delete(keyFile);
        using (var writer = new StreamWriter(keyFile, options))
            writer.Write(key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(certificateFile, made.ExportCertificatePem() + "\n");
    }
}
