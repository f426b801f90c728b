@{
    RootModule        = 'OMSGateway.psm1'
    ModuleVersion     = '0.1.0'
    GUID              = '6c1b8f0e-7f0a-4c7e-9c39-0d5e1d1f6a52'
    Description       = 'The cmdlets of the Log Analytics gateway, forwarded to the command oms-gateway.'
    PowerShellVersion = '5.1'
    FunctionsToExport = @(
        'Get-OMSGatewayConfig'
        'Set-OMSGatewayConfig'
        'Get-OMSGatewayRelayProxy'
        'Get-OMSGatewayRelay'
        'Set-OMSGatewayRelayProxy'
        'Get-OMSGatewayAllowedHost'
        'Add-OMSGatewayAllowedHost'
        'Remove-OMSGatewayAllowedHost'
        'Get-OMSGatewayAllowedClientCertificate'
        'Add-OMSGatewayAllowedClientCertificate'
        'Remove-OMSGatewayAllowedClientCertificate'
    )
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
